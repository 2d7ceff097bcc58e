const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gu;
const INDENT = '  ';

/** Lays JSON out in lines, without reading its numbers: JavaScript would round long ones. */
export function prettyJson(json: string): string {
  const tokens = json.match(TOKENS) ?? [];
  let depth = 0;
  const line = (change: number) => `\n${INDENT.repeat((depth += change))}`;
  const parts = tokens.map((token, at) => {
    const isEmpty = (token === '{' && tokens[at + 1] === '}') || (token === '[' && tokens[at + 1] === ']');
    const endsEmpty = (token === '}' && tokens[at - 1] === '{') || (token === ']' && tokens[at - 1] === '[');
    if (isEmpty || endsEmpty) return token;
    if (token === '{' || token === '[') return token + line(1);
    if (token === '}' || token === ']') return line(-1) + token;
    if (token === ',') return token + line(0);
    return token === ':' ? ': ' : token;
  });
  return parts.join('');
}
