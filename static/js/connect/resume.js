// On the page "the link does not fit", opened without a token: the reload of a tab that still has one.
import { forget, recall } from "./token.js";

const token = recall();
// Once only: if the server refuses this token too, its page comes without this script.
forget();
if (token) {
  const address = new URL(location.href);
  address.searchParams.set("token", token);
  location.replace(address);
}
