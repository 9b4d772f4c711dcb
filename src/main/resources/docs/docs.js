// Shows the contract: one article for each operation, made of text nodes only, so that nothing in it can be markup.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
const DEEPEST = 6;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function resolve(contract, node) {
  let current = node;
  while (current && current.$ref) {
    current = current.$ref.slice(2).split("/").reduce((at, key) => at?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], contract);
  }
  return current ?? {};
}

/** What a schema allows, in a few words. */
function describe(contract, schema) {
  const known = resolve(contract, schema);
  const type = [known.type ?? (known.const !== undefined ? "constant" : "any")].flat().join(" or ");
  const words = [type === "array" ? `array of ${describe(contract, known.items ?? {})}` : type];
  if (known.format) words.push(known.format);
  if (known.enum) words.push(`one of ${known.enum.join(", ")}`);
  if (known.const !== undefined) words.push(JSON.stringify(known.const));
  if (known.minimum !== undefined || known.maximum !== undefined) words.push(`${known.minimum ?? "…"} to ${known.maximum ?? "…"}`);
  if (known.minLength !== undefined || known.maxLength !== undefined) words.push(`${known.minLength ?? 0} to ${known.maxLength ?? "…"} characters`);
  if (known.pattern) words.push(known.pattern);
  if (known.default !== undefined) words.push(`default ${JSON.stringify(known.default)}`);
  return words.join(", ");
}

/** The fields of a body as rows, nested ones by their path. */
function fields(contract, schema, path = "", depth = 0) {
  const known = resolve(contract, schema);
  if (depth > DEEPEST) return [];
  const parts = [known, ...(known.allOf ?? []), ...(known.oneOf ?? []), ...(known.anyOf ?? [])].map((part) => resolve(contract, part));
  return parts.flatMap((part) => {
    if (part.items) return fields(contract, part.items, `${path}[]`, depth + 1);
    return Object.entries(part.properties ?? {}).flatMap(([name, property]) => {
      const at = path ? `${path}.${name}` : name;
      const own = resolve(contract, property);
      const row = element(
        "tr",
        {},
        element("td", {}, at),
        element("td", {}, describe(contract, property)),
        element("td", {}, (part.required ?? []).includes(name) ? "required" : ""),
        element("td", {}, own.description ?? ""),
      );
      return [row, ...fields(contract, property, at, depth + 1)];
    });
  });
}

function body(contract, title, content) {
  return Object.entries(content ?? {}).flatMap(([media, { schema, example, examples }]) => {
    const rows = schema ? fields(contract, schema) : [];
    const shown = example ?? resolve(contract, Object.values(examples ?? {})[0]).value ?? resolve(contract, schema).example ?? resolve(contract, schema).examples?.[0];
    return [
      element("h4", {}, `${title} `, element("code", {}, media)),
      rows.length > 0 ? element("table", {}, element("tbody", {}, ...rows)) : null,
      shown === undefined ? null : element("pre", {}, JSON.stringify(shown, null, 2)),
    ];
  });
}

function security(contract, operation) {
  const all = operation.security ?? contract.security ?? [];
  const needed = all.some((one) => Object.keys(one).length > 0);
  if (!needed) return "public";
  return all.some((one) => Object.keys(one).length === 0) ? "access token optional" : "access token";
}

function article(contract, path, item, method) {
  const operation = item[method];
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((one) => resolve(contract, one));
  const request = resolve(contract, operation.requestBody ?? {});
  const rate = operation["x-rate-limit"]?.policy;
  const rows = parameters.map((one) =>
    element(
      "tr",
      {},
      element("td", {}, one.name),
      element("td", {}, `${one.in}, ${describe(contract, one.schema ?? {})}`),
      element("td", {}, one.required ? "required" : ""),
      element("td", {}, one.description ?? ""),
    ),
  );
  const answers = Object.entries(operation.responses ?? {}).flatMap(([status, answer]) => {
    const known = resolve(contract, answer);
    const isProblem = Object.keys(known.content ?? {}).includes("application/problem+json");
    const shown = isProblem ? [] : body(contract, `${status} ${known.description ?? ""}`, known.content);
    return shown.length > 0 ? shown : [element("h4", {}, `${status} ${known.description ?? ""}`)];
  });
  return element(
    "article",
    { id: operation.operationId },
    element("h3", {}, element("span", { class: "method" }, method.toUpperCase()), path),
    element("p", { class: "facts" }, [operation.operationId, security(contract, operation), rate && `limited: ${rate}`].filter(Boolean).join(" · ")),
    operation.summary ? element("p", {}, operation.summary) : null,
    operation.description ? element("p", {}, operation.description) : null,
    rows.length > 0 ? element("h4", {}, "Parameters") : null,
    rows.length > 0 ? element("table", {}, element("tbody", {}, ...rows)) : null,
    ...body(contract, "Body", request.content),
    ...answers,
  );
}

function show(contract) {
  const base = contract.servers?.[0]?.url ?? "";
  const contents = document.getElementById("contents");
  const operations = document.getElementById("operations");
  document.getElementById("summary").textContent = [contract.info.summary, contract.info.description].filter(Boolean).join(" ");
  const groups = new Map();
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "other";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push({ link: element("a", { href: `#${item[method].operationId}` }, item[method].operationId), article: article(contract, base + path, item, method) });
    }
  }
  for (const [tag, entries] of groups) {
    contents.append(element("h2", {}, tag), ...entries.map((entry) => entry.link));
    operations.append(...entries.map((entry) => entry.article));
  }
  document.getElementById("filter").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const entry of [...groups.values()].flat()) {
      const hidden = !entry.article.textContent.toLowerCase().includes(wanted);
      entry.article.hidden = hidden;
      entry.link.hidden = hidden;
    }
  });
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

fetch("/openapi.json")
  .then((answer) => answer.json())
  .then(show)
  .catch(() => {
    document.getElementById("summary").textContent = "The contract could not be loaded. It is at /openapi.yaml.";
  });
