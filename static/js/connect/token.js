// The token of this tab: kept so that a reload works although the address no longer shows it.
const KEY = "aiadmin.connect";

export function remember(token) {
  try {
    if (token) sessionStorage.setItem(KEY, token);
  } catch {
    // Storage is closed inside some iframes: then a reload needs YCLIENTS once more.
  }
}

export function recall() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // See remember.
  }
}
