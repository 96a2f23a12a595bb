"use strict";
const at = (id) => document.getElementById(id);
const limits = document.body.dataset;
const WORDS = {
  0: "Không liên lạc được với máy chủ. Hãy kiểm tra mạng rồi thử lại.",
  401: "Mã truy cập thiếu hoặc sai. Hãy nhập mã rồi gửi lại.",
  408: "Gửi tệp quá lâu. Hãy thử lại khi mạng tốt hơn.",
  413: "Báo cáo quá lớn. Hãy gửi từng phần, hoặc lưu lại không kèm hình ảnh.",
  415: "Không đọc loại tệp này. Hãy lưu báo cáo thành .docx, .pdf hoặc .txt.",
  422: "Không đọc được báo cáo này.",
  503: "Máy chủ đang bận. Hãy thử lại sau ít giây.",
  504: "Đọc báo cáo này quá lâu. Hãy thử lại sau, hoặc gửi từng phần.",
};
let running = null; // the request in work
let shown = null; // what is shown: { body, name, page }

function hide(...ids) { for (const id of ids) at(id).hidden = true; }

function say(words, detail = "") {
  hide("work");
  at("problem-text").textContent = words;
  at("problem-detail").textContent = detail;
  at("problem").hidden = false;
  at("problem").focus();
}

function ask(format, body, done) {
  running?.abort();
  hide("problem");
  at("work").hidden = false;
  at("status").textContent = "Đang gửi…";
  at("progress").removeAttribute("value");
  const request = running = new XMLHttpRequest();
  request.open("POST", "extract?format=" + format);
  request.responseType = "text";
  if (!(body instanceof FormData)) request.setRequestHeader("Content-Type", "application/json");
  const token = at("token")?.value;
  if (token) request.setRequestHeader("Authorization", "Bearer " + token);
  request.upload.onprogress = (event) => {
    if (event.lengthComputable) at("progress").value = event.loaded / event.total;
  };
  request.upload.onload = () => {
    at("progress").removeAttribute("value");
    at("status").textContent = "Đang đọc báo cáo…";
  };
  request.onloadend = () => {
    if (running !== request) return;
    running = null;
    if (request.status === 200) {
      hide("work");
      done(request.responseText);
      return;
    }
    let detail = "";
    try { detail = JSON.parse(request.responseText).error; } catch { /* no answer, or a proxy's */ }
    const isToken = request.status === 401; // its detail is for programs
    say(WORDS[request.status] ?? "Máy chủ gặp lỗi (" + request.status + ").", isToken ? "" : detail);
    if (isToken) at("token")?.focus();
  };
  request.send(body);
}

function show(body, name) {
  hide("result");
  ask("html", body, (page) => {
    if (shown) URL.revokeObjectURL(shown.url);
    shown = { body, name, page, url: URL.createObjectURL(new Blob([page], { type: "text/html; charset=utf-8" })) };
    at("name").textContent = name;
    at("report").src = shown.url;
    at("result").hidden = false;
    at("result").scrollIntoView();
    at("report").focus({ preventScroll: true });
  });
}

function showFile(file) {
  if (file.size > Number(limits.maxBody)) {
    say(WORDS[413], file.name + ": " + file.size.toLocaleString("vi") + " byte, nhiều nhất " + Number(limits.maxBody).toLocaleString("vi"));
    return;
  }
  const body = new FormData();
  body.append("file", file);
  show(body, file.name);
}

function showText(text) {
  if (!text.trim()) say("Chưa có văn bản nào.");
  else show(JSON.stringify({ text }), "Văn bản đã dán");
}

function save(content, type, suffix) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = shown.name.replace(/\.[^.]*$/, "") + suffix;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

at("file").addEventListener("change", () => {
  const [file] = at("file").files;
  if (file) showFile(file);
  at("file").value = ""; // so that the same file can be chosen again
});
at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  showText(at("text").value);
});
at("cancel").addEventListener("click", () => {
  const request = running;
  running = null;
  request?.abort();
  hide("work");
  at("file").focus();
});
at("save-page").addEventListener("click", () => save(shown.page, "text/html", ".html"));
at("save-record").addEventListener("click", () => ask("json", shown.body, (record) => save(record, "application/json", ".json")));
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    at("drop").classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) at("drop").classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  at("drop").classList.remove("over");
  const files = event.dataTransfer.files;
  if (files.length === 1) showFile(files[0]);
  else say("Hãy thả đúng một tệp.");
});
