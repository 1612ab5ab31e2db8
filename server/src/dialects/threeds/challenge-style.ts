/**
 * The test bank looks like another house than the shop's page, so that the payer sees where they
 * are.
 */
export const challengeStyle = `
:root{--accent:#1f3f94;--accent-hi:#17307a;--tint:#e9eefb;--bar:#14275c}
@media(prefers-color-scheme:dark){:root{--accent:#9db8ff;--accent-hi:#bccfff;--on:#0a1736;
  --tint:#1a2547;--bar:#0f1a3c}}
.page{min-height:100vh;min-height:100svh}
.bar{padding:14px 16px;color:#fff;background:var(--bar)}
.bar p{display:flex;align-items:center;gap:10px;max-width:448px;margin:0 auto;font-weight:600}
.bar .safe{margin-left:auto;display:flex;gap:6px;align-items:center;font-size:13px;font-weight:500}
main,.foot{max-width:480px;margin:0 auto;padding:20px 16px 0}
.notice{display:flex;gap:10px;padding:12px 14px;font-size:14px;line-height:1.45;color:var(--warn);
  background:var(--warn-bg);border:1px dashed var(--warn-line);border-radius:10px;
  margin-bottom:16px}
h1{font-size:24px;line-height:1.25;letter-spacing:-.01em}
h1+p{margin-top:6px;color:var(--soft)}
.facts{padding:14px 0;border:solid var(--line);border-width:1px 0}
.facts .sum{font-size:19px;font-weight:700}
.sms{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:4px 12px;
  padding:14px 16px;border-radius:14px 14px 14px 4px;background:var(--tint);font-size:14px}
.sms p{flex:1 1 0;min-width:min-content}
.sms b{white-space:nowrap;display:block;font-size:24px;line-height:1.3;letter-spacing:.12em}
.sms .use{min-height:40px;padding:6px 16px;font:inherit;font-weight:600;color:var(--accent);
  background:transparent;border:1px solid var(--edge);border-radius:8px;cursor:pointer}
.in.code{font-size:22px;letter-spacing:.22em;text-align:center}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:10px;margin-top:10px}
.more{border-top:1px dashed var(--line);padding-top:6px}
.result{text-align:center}
.badge{display:grid;place-items:center;width:72px;height:72px;margin:0 auto;border-radius:50%;
  color:var(--accent);background:var(--tint)}
.foot{padding-bottom:24px;font-size:13px}
.foot ul{display:flex;gap:16px;justify-content:flex-end}
.foot a,.foot li span{display:inline-block;padding:8px 0;min-width:24px;color:var(--soft)}
.foot li span{color:var(--ink);font-weight:600}
.framed .page{min-height:0}
@media(min-width:920px){main{padding-top:48px}.panel{padding:28px}}
`
