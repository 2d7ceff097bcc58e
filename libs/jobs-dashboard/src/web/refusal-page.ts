import { createHash } from 'node:crypto';

export interface Refusal {
  /** The browser's `Accept-Language`. */
  language: string;
  /** The folder of the dashboard, relative to the page. */
  base: string;
  /** The address that takes a token, without the prefix that the host or a proxy adds. */
  signIn: string;
  /** False if the host's own guard decides. */
  takesTokens: boolean;
  /** Whether a link with a token led here. */
  isWrongToken: boolean;
}

const STYLE = `
:root { color-scheme: light dark; font: 100%/1.6 system-ui, sans-serif; background: light-dark(#f7f8f7, #101513); }
body { margin: 12vh auto 0; max-width: 30rem; padding: 1.5rem; color: light-dark(#17211c, #e6ece8); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
form { display: grid; gap: .5rem; margin: 2rem 0; }
label { font-weight: 600; }
input, button { border-radius: .4rem; font: inherit; min-height: 2.75rem; padding: 0 .75rem; }
input { background: light-dark(#fff, #18201c); border: 1px solid light-dark(#76827b, #7f8c85); color: inherit; }
button { background: light-dark(#0b6b4b, #6fd3a8); border: 0; color: light-dark(#fff, #06251a); cursor: pointer; font-weight: 600; }
:focus-visible { outline: 3px solid light-dark(#0b6b4b, #6fd3a8); outline-offset: 2px; }
`;

/** Nothing but this style, and a form that this server answers. */
export const REFUSAL_POLICY = `default-src 'none'; style-src 'sha256-${digest(STYLE)}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

const TEXTS = {
  en: {
    lang: 'en',
    title: 'Sign in to see the jobs',
    wrong: 'That token is not the right one',
    guard: 'This application does not let you in',
    how: 'This page needs a token. If the start of the application has printed a link that carries it, open that. Or enter the token here: your browser then keeps a session for 30 days, and not the token.',
    own: "The application's own guard decides who may see this page. Sign in to the application, then open this address again.",
    token: 'Token',
    button: 'Sign in',
    where:
      'It is the option <code>adminToken</code> of <code>JobsDashboardModule</code>, or <code>viewerToken</code> to look without changing anything. The link is',
  },
  ja: {
    lang: 'ja',
    title: 'ジョブを見るにはサインインしてください',
    wrong: 'トークンが正しくありません',
    guard: 'このアプリケーションへのアクセスは許可されていません',
    how: 'このページにはトークンが必要です。アプリケーションの起動時にトークンを含むリンクが表示されていれば、それを開いてください。ここに入力することもできます。ブラウザーは 30 日間セッションだけを保存し、トークンは保存しません。',
    own: 'このページを見られる人は、アプリケーション自身のガードが決めます。アプリケーションにサインインしてから、もう一度開いてください。',
    token: 'トークン',
    button: 'サインイン',
    where:
      'トークンは <code>JobsDashboardModule</code> のオプション <code>adminToken</code> の値です。閲覧だけなら <code>viewerToken</code> の値を使います。リンク：',
  },
};

/** Renders the page for somebody who was refused. It shows nothing that came with the request. */
export function refusalPage({ language, base, signIn, takesTokens, isWrongToken }: Refusal): string {
  const text = TEXTS[/^ja\b/i.test(language) ? 'ja' : 'en'];
  const title = isWrongToken ? text.wrong : text.title;
  const form = `<p>${text.how}</p>
<form action="${base}sign-in" method="get">
<label for="token">${text.token}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required>
<button>${text.button}</button>
</form>
<p>${text.where} <code>${signIn}?token=…</code></p>`;
  return `<!doctype html>
<html lang="${text.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${takesTokens ? title : text.guard}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${takesTokens ? title : text.guard}</h1>
${takesTokens ? form : `<p>${text.own}</p>`}
</main>
</body>
</html>
`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
