"use strict";
(() => {
  document.documentElement.classList.add("js");

  // Undefined values stay at the end whichever way the rest is sorted.
  const isBlank = value => value === "" || value === null || value === undefined;
  const compare = (one, other, sign) => {
    if (isBlank(one) || isBlank(other)) return isBlank(one) - isBlank(other);
    const difference = one - other;
    return sign * (Number.isNaN(difference) ? String(one).localeCompare(String(other), "vi", {numeric: true}) : difference);
  };
  // Turn a heading into a button; give the direction it asks for when it is used.
  const sortable = (heading, sort) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of heading.parentNode.cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      sort(sign);
    });
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const heading of table.tHead.rows[0].cells) {
      sortable(heading, sign => {
        const body = table.tBodies[0], column = heading.cellIndex;
        const keyed = Array.from(body.rows, row => [row.cells[column].dataset.v ?? row.cells[column].textContent.trim(), row]);
        keyed.sort(([one], [other]) => compare(one, other, sign));
        body.append(...keyed.map(([, row]) => row));
      });
    }
  }

  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const chip = label => make("b", {class: `chip c-${label}`}, label);

  const browse = () => {
    const table = document.getElementById("browser"), form = document.getElementById("filters");
    if (!table) return;
    const data = JSON.parse(document.getElementById("rows").textContent);
    const previous = document.getElementById("previous"), next = document.getElementById("next");
    const page = document.getElementById("page"), size = 50;
    let chosen = data.rows, sorted = data.rows, at = 0;

    // The same row as in parts.html.j2. Offsets count code points, so the text is cut as code points.
    const line = (row, spans, name) => {
      const letters = Array.from(row.t), text = make("span", {class: "text"});
      let done = 0;
      for (const [start, end, label] of spans) {
        text.append(letters.slice(done, start).join(""));
        text.append(make("mark", {class: `c-${label}`, title: label}, letters.slice(start, end).join("")));
        done = end;
      }
      text.append(letters.slice(done).join(""));
      const labels = spans.length ? spans.map(span => chip(span[2])) : ["–"];
      return make("div", {class: "line"}, make("span", {class: "side", lang: "en"}, `${name} `, ...labels), text);
    };
    const draw = row => {
      const {id, page: own} = data.documents[row.d];
      const number = table.dataset.linked === "1"
        ? make("a", {href: `#m${row.n}`, "aria-label": `${row.n} in its text`}, row.n) : row.n;
      const place = own ? [`${id} (`, make("a", {href: own}, "page"), ")"] : [id];
      const head = make("tr", {}, make("td", {class: "n"}, number), make("td", {}, row.k),
        make("td", {}, ...row.l.map(chip)), make("td", {}, ...place),
        make("td", {class: "n"}, row.s === null ? "–" : row.s.toFixed(2)), make("td", {}, row.c.join(", ")));
      const lines = row.L.map((spans, index) => line(row, spans, data.lines[index]));
      const sentence = make("tr", {}, make("td", {colspan: 6, class: "sentence", lang: "vi"}, ...lines));
      return make("tbody", {class: "row", id: `r${row.n}`}, head, sentence);
    };
    const show = () => {
      const nPages = Math.max(1, Math.ceil(chosen.length / size));
      at = Math.min(Math.max(at, 0), nPages - 1);
      for (const body of Array.from(table.tBodies)) body.remove();
      table.append(...chosen.slice(at * size, (at + 1) * size).map(draw));
      page.value = at + 1;
      page.max = nPages;
      document.getElementById("n-pages").textContent = nPages;
      previous.disabled = at === 0;
      next.disabled = at === nPages - 1;
      document.getElementById("shown").textContent = `${chosen.length} of ${data.rows.length}`;
    };
    const filter = () => {
      const {kind, label, cause, document: one, low, high, words} = form.elements;
      const wanted = words.value.trim().toLocaleLowerCase("vi");
      chosen = sorted.filter(row => (!kind.value || row.k === kind.value || row.k.startsWith(`${kind.value}:`))
        && (!label.value || row.l.includes(label.value))
        && (!cause.value || row.c.includes(cause.value))
        && (!one.value || row.d === Number(one.value))
        && (!low.value || (row.s !== null && row.s >= Number(low.value)))
        && (!high.value || (row.s !== null && row.s <= Number(high.value)))
        && (!wanted || row.t.toLocaleLowerCase("vi").includes(wanted)));
      at = 0;
      show();
    };
    const values = {l: row => row.l.join(" "), c: row => row.c.join(" "), d: row => data.documents[row.d].id};
    for (const heading of table.tHead.rows[0].cells) {
      const key = heading.dataset.key, value = values[key] ?? (row => row[key]);
      sortable(heading, sign => {
        sorted = data.rows.map(row => [value(row), row])
          .sort(([one], [other]) => compare(one, other, sign)).map(([, row]) => row);
        filter();
      });
    }
    form.addEventListener("input", filter);
    form.addEventListener("submit", event => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    previous.addEventListener("click", () => { at -= 1; show(); });
    next.addEventListener("click", () => { at += 1; show(); });
    page.addEventListener("change", () => { at = Number(page.value) - 1; show(); });
    for (const button of document.querySelectorAll("button.pick")) {
      button.addEventListener("click", () => {
        form.reset();
        for (const name of ["kind", "label", "cause"]) form.elements[name].value = button.dataset[name] ?? "";
        filter();
        form.elements.kind.focus({preventScroll: true});
        form.scrollIntoView({block: "start"});
      });
    }
    show();
  };
  browse();

  const follow = () => {
    for (const old of document.querySelectorAll("mark.here")) old.classList.remove("here");
    const [, kind, number] = location.hash.match(/^#([md])(\d+)$/) ?? [];
    if (!kind) return;
    const target = document.getElementById(kind + number), details = target?.closest("details");
    if (!details) return;
    details.open = true;
    if (kind === "m") for (const mark of details.querySelectorAll(`mark[data-m~="${number}"]`)) mark.classList.add("here");
    target.scrollIntoView({block: kind === "m" ? "center" : "start"});
  };
  addEventListener("hashchange", follow);
  follow();
})();
