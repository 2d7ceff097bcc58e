import type { Counts, enBackground } from './background.en';

const number = (count: number) => `${count.toLocaleString('ja')} 件`;
const jobs = (count: number) => `${number(count)}のジョブ`;

export function jaCounts({ changed, skipped, refused, refusal }: Counts): string {
  const left = skipped > 0 ? `${jobs(skipped)}はそのままです。` : '';
  if (refused === 0) return `${jobs(changed)}を変更しました。${left}`;
  const all = number(changed + skipped + refused);
  return `${all}中 ${number(changed)}を変更しました。${left}${number(refused)}はデータベースに拒否されました：${refusal}`;
}

export const jaBackground: typeof enBackground = {
  operations: {
    label: 'バックグラウンド処理',
    began: 'バックグラウンドで続行します。進み具合は画面の上に表示されます。',
    names: {
      retry: '再実行',
      cancel: 'キャンセル',
      delete: '削除',
      run_now: '今すぐ実行',
      replay: 'もう一度実行',
      reschedule: '予定変更',
    },
    of: (done, total) => `${total} 件中 ${done} 件`,
    waits: 'ワーカーを待っています',
    trouble: 'エラーの後、再試行しています',
    refused: (count, reason) => `${count} 件は拒否されました：${reason}`,
    stop: '中止',
    stopped: '処理中の分が終わると止まります。変更済みのジョブはそのままです。',
    ended: {
      completed: (name, counts) => `${name}：${jaCounts(counts)}`,
      cancelled: (name, counts) => `${name}を中止しました。${jaCounts(counts)}`,
      failed: (name, counts) => `${name}は最後まで進みませんでした。${jaCounts(counts)}`,
    },
  },

  edit: {
    edit: '編集',
    reschedule: '予定変更',
    title: 'ジョブの編集',
    words: '開始するまで編集できます。ワーカーには、ここで保存した内容だけが渡されます。',
    payload: 'ペイロード（JSON）',
    priority: '優先度（0 が最初、9 が最後）',
    due: '予定',
    dueNote: 'このブラウザーのタイムゾーンです。過ぎた日時は「今すぐ」になります。',
    save: '保存',
    saved: '変更しました。',
    notJson: (reason) => `ペイロードが JSON ではありません：${reason}`,
    digits: (number) => `数値 ${number} は 15 桁を超えるため丸められます。引用符で囲んでください。`,
    badTime: '日付と時刻を入力してください。',
    rescheduleTitle: 'いつ実行しますか？',
    way: 'いつ実行しますか？',
    at: '日時を指定する',
    by: '予定からずらす',
    shift: 'ずらす時間',
    shiftHint: '30m、2h、1d のように入力します。早めるときは -2h のようにマイナスを付けます。',
    badShift: '30m、2h、1d、または早めるときは -2h のように入力してください。',
    later: { hour: '+1 時間', day: '+1 日', week: '+7 日' },
  },
};
