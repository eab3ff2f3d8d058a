// Texts of this page's scripts: English in the code, Russian from the page's own block "texts".
const texts = JSON.parse(document.getElementById("texts").textContent);

// `values` fill the text's {names}.
export function gettext(english, values = {}) {
  return (texts[english] ?? english).replace(/\{(\w+)\}/g, (slot, name) => values[name] ?? slot);
}
