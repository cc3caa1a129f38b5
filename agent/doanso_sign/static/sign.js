"use strict";

const at = (id) => document.getElementById(id);

async function ask(path, payload) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(payload),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.problem || "Không làm được.");
  return said;
}

function problem(error) {
  at("wait").hidden = true;
  at("problem").textContent = error.message || "Không làm được.";
  at("problem").hidden = false;
}

function show(signing) {
  at("wait").hidden = true;
  for (const key of ["signer", "serial", "server"]) at(key).textContent = signing[key] || "–";
  for (const one of signing.files) {
    const row = at("file").content.cloneNode(true);
    for (const key of ["title", "number", "digest"]) row.querySelector("[data-field=" + key + "]").textContent = one[key] || "–";
    row.querySelector("a").href = "/file?" + signing.run + "." + one.task;
    row.querySelector("a").setAttribute("aria-label", "Mở tệp sẽ ký: " + one.title);
    at("files").append(row);
  }
  const several = signing.files.length > 1;
  at("files").classList.toggle("one", !several);
  at("count").hidden = !several;
  at("count").textContent = "Một lần nhập mã PIN ký cả " + signing.files.length + " tệp dưới đây, theo thứ tự này.";
  if (several) at("go").textContent = "Ký " + signing.files.length + " tệp";
  at("until").textContent = signing.valid_until;
  at("trial").hidden = signing.legal_force;
  at("task").hidden = false;
  at("pin").focus();
  at("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    at("problem").hidden = true;
    at("go").disabled = true;
    const pin = at("pin").value;
    at("pin").value = "";
    try {
      const done = await ask("/confirm", { run: signing.run, pin });
      at("task").hidden = true;
      at("back").href = done.back;
      at("done").hidden = false;
    } catch (error) {
      problem(error);
      at("go").disabled = false;
      at("pin").focus();
    }
  });
}

async function start() {
  const secret = location.hash.slice(1);
  // The secret stays neither in the address nor in the history.
  history.replaceState(null, "", "/sign");
  if (!secret) throw new Error("Mở trang này từ nút ký trên Đoàn Số.");
  show(await ask("/open", { secret }));
}

start().catch(problem);
