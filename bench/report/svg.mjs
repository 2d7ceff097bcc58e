// The SVG elements of the plots. Every function returns markup.

export function text(x, y, content, attributes) {
  return `<text ${write({ x, y, ...attributes })}>${escape(content)}</text>`;
}

export function rect(x, y, width, height, attributes) {
  return `<rect ${write({ x, y, width, height, ...attributes })}/>`;
}

export function line(x1, y1, x2, y2, attributes) {
  return `<line ${write({ x1, y1, x2, y2, ...attributes })}/>`;
}

/** A path through points `[x, y]`. */
export function path(points, attributes) {
  const d = points.map(([x, y], k) => `${k === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join(' ');
  return `<path ${write({ d, ...attributes })}/>`;
}

/** Readable on a light and on a dark page. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .panel { font-weight: 600 }
  .quiet { fill: #59636e }
  .grid { stroke: #d1d9e0 }
  .range { stroke: #1f2328 }
  .ours { fill: #1a7f5a }
  .peer { fill: #8c959f }
  .bare { fill: none; stroke: #8c959f; stroke-dasharray: 4 3 }
  .curve { fill: none; stroke: #1a7f5a; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .range { stroke: #f0f6fc }
    .ours { fill: #3fb98a }
    .peer { fill: #656c76 }
    .curve { stroke: #3fb98a }
  }`;

export function drawing({ width, height, title, subtitle, content }) {
  const heading = [text(0, 16, title, { class: 'title' }), text(0, 34, subtitle, { class: 'quiet' })];
  const size = { width, height: round(height), viewBox: `0 0 ${width} ${round(height)}` };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${write({ ...size, role: 'img' })}>`,
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    ...heading,
    ...content,
    '</svg>\n',
  ].join('\n');
}

function write(attributes) {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${typeof value === 'number' ? round(value) : escape(value)}"`)
    .join(' ');
}

function round(value) {
  return Math.round(value * 10) / 10;
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(value) {
  return String(value).replace(/[&<>"]/g, (sign) => ENTITIES[sign]);
}
