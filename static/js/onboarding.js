// A button's session works once: a second press while the page opens would only show a refusal.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    form.querySelector("button").disabled = true;
  });
}
// Coming back by the browser's "back" shows spent buttons: the address of this page makes new ones.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
