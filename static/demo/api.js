// The desk's JSON calls. A refusal is thrown with the server's Russian sentence as its message.
async function call(path, options) {
  let answer;
  try {
    answer = await fetch(`/demo/api/${path}`, options);
  } catch {
    throw new Error("Сервер не отвечает. Работает ли make demo?");
  }
  let body = {};
  try {
    body = await answer.json();
  } catch {
    // An error page without JSON: the status says enough.
  }
  if (!answer.ok) throw new Error(body.error ?? `Сервер ответил ${answer.status}`);
  return body;
}

export const get = (path) => call(path, {});

export const post = (path, body = {}) =>
  call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
