// JSON values, parsed by the browser and flattened for the other side
// (src/wire/value.rs documents the tokens).

// Control characters carry the structure; no text needs them.
export const clean = (text) => text.replace(/[\0-\x09\x0b-\x1f]/g, " ");

export const flat = (value) => {
  if (value == null) return "\x07n";
  if (value === true) return "\x07t";
  if (value === false) return "\x07f";
  if (typeof value === "string") return `\x03${clean(value)}`;
  if (typeof value === "number") return `\x05${value}`;
  if (Array.isArray(value)) return `\x06${value.map(flat).join("")}\x04`;
  return `\x01${Object.entries(value)
    .map(([name, member]) => `\x02${clean(name)}${flat(member)}`)
    .join("")}\x04`;
};

// Nothing for what is not JSON.
export const parsed = (text) => {
  try {
    return flat(JSON.parse(text));
  } catch {
    return "";
  }
};
