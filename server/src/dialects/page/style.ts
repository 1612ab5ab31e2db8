/** Colours and shapes that the payment page and the bank's page share. */
export const baseStyle = `
:root{color-scheme:light dark;
--bg:#f4f5f7;--panel:#fff;--ink:#15181e;--soft:#565e6c;--line:#dfe2e8;--edge:#858d9c;
--accent:#0b6650;--accent-hi:#085240;--on:#fff;--tint:#e8f3ef;
--bad:#b3261e;--bad-bg:#fdf0ef;--warn:#6b4a00;--warn-bg:#fff4d6;--warn-line:#e3bd5b;
--shadow:0 1px 2px #10182810,0 12px 32px -12px #10182824}
@media(prefers-color-scheme:dark){:root{
--bg:#0e1116;--panel:#171b22;--ink:#eef0f4;--soft:#a3abba;--line:#2a303b;--edge:#717a8b;
--accent:#4fd1a5;--accent-hi:#79e0bd;--on:#04231a;--tint:#14302a;
--bad:#ff9a91;--bad-bg:#34191a;--warn:#f7d78a;--warn-bg:#2e2610;--warn-line:#6d5820;
--shadow:none}}
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;background:var(--bg)}
body{margin:0;color:var(--ink);background:var(--bg);
font:400 16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
-webkit-font-smoothing:antialiased}
h1,h2,p,dl,dd,ul,fieldset{margin:0;padding:0;border:0;min-width:0}
ul{list-style:none}
p,h1,h2,dd,label,li{overflow-wrap:anywhere}
svg{display:block;flex:none}
a{color:inherit;text-underline-offset:3px;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
[hidden]{display:none!important}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.soft{color:var(--soft);font-size:14px}
.num{font-variant-numeric:tabular-nums}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:16px;
  box-shadow:var(--shadow);padding:20px}
.stack>*+*{margin-top:18px}
.field>*+*{margin-top:6px}
label,.label{display:block;padding:0;font-size:14px;font-weight:600;line-height:1.4}
label .soft,.label .soft{font-weight:400;font-size:13px}
.hint{font-size:13px;line-height:1.4;color:var(--soft)}
.box{position:relative}
input.in,select.in{display:block;width:100%;min-height:52px;padding:12px 14px;font:inherit;
color:var(--ink);background:var(--panel);border:1px solid var(--edge);border-radius:10px;
appearance:none;
font-variant-numeric:tabular-nums;transition:border-color .12s,box-shadow .12s}
select.in{padding-right:40px;
  background:linear-gradient(45deg,#0000 50%,var(--soft) 0) right 20px top 23px/7px 7px no-repeat,
  linear-gradient(-45deg,#0000 50%,var(--soft) 0) right 14px top 23px/7px 7px no-repeat,
  var(--panel)}
input.in::placeholder{color:var(--soft);opacity:1}
input.in:focus,select.in:focus{outline:2px solid transparent;border-color:var(--accent);
  box-shadow:0 0 0 3px color-mix(in srgb,var(--accent) 28%,transparent),
  inset 0 0 0 1px var(--accent)}
.in[aria-invalid=true]{border-color:var(--bad);box-shadow:inset 0 0 0 1px var(--bad)}
input.in:-webkit-autofill{-webkit-text-fill-color:var(--ink);
  box-shadow:inset 0 0 0 60px var(--tint)}
.err{display:flex;gap:6px;font-size:14px;font-weight:500;line-height:1.4;color:var(--bad)}
.err svg{margin-top:2px}
.alert{padding:14px 16px;border:1px solid var(--bad);border-left-width:5px;border-radius:10px;
  background:var(--bad-bg)}
.alert:focus{outline:2px solid var(--bad);outline-offset:-1px}
.alert h2{display:flex;gap:8px;align-items:center;font-size:16px;line-height:1.35;color:var(--bad)}
.alert p,.alert ul{margin-top:4px;font-size:15px}
.alert li a{display:inline-block;padding:2px 0}
.btn{display:flex;align-items:center;justify-content:center;gap:10px;width:100%;min-height:56px;
  padding:12px 20px;
font:inherit;font-size:17px;font-weight:600;line-height:1.25;text-align:center;
  text-decoration:none;cursor:pointer;
color:var(--on);background:var(--accent);border:1px solid transparent;border-radius:12px;
  transition:background .12s,transform .06s}
.btn span{min-width:0;overflow-wrap:anywhere}
.btn:hover{background:var(--accent-hi)}
.btn:active{transform:translateY(1px)}
h1:focus{outline:0}
.btn.quiet{min-height:48px;font-size:15px;color:var(--ink);background:transparent;
  border-color:var(--edge)}
.btn.quiet:hover{background:var(--bg)}
.btn[aria-disabled=true]{opacity:.72;cursor:progress}
.spin{display:none;width:18px;height:18px;border:2.5px solid;border-right-color:transparent;
  border-radius:50%;animation:spin .8s linear infinite}
.busy .btn .spin{display:block}
.busy .btn svg{display:none}
@keyframes spin{to{transform:rotate(1turn)}}
.working{font-size:14px;text-align:center;color:var(--soft);min-height:21px}
dl.facts{display:grid;gap:10px}
dl.facts div{display:flex;justify-content:space-between;align-items:baseline;gap:20px;
  font-size:15px}
dl.facts dt{color:var(--soft);flex:none}
dl.facts dd{text-align:right;font-weight:500}
details summary{cursor:pointer;min-height:44px;display:flex;align-items:center;gap:8px;
  font-size:14px;font-weight:600;border-radius:8px}
details summary::-webkit-details-marker{display:none}
details summary::before{content:"";width:7px;height:7px;margin:0 4px 2px;border:solid;
  border-width:0 2px 2px 0;transform:rotate(-45deg);transition:transform .12s}
details[open] summary::before{transform:rotate(45deg)}
@media(prefers-reduced-motion:reduce){*,::before,::after{animation-duration:2s!important;
  transition:none!important}}
@media(forced-colors:active){select.in{appearance:auto}.btn{border-color:ButtonText}
  .seg label{border:1px solid}
  .seg input:checked+label{outline:3px solid Highlight}}
`

/** The payment page itself. */
export const pageStyle = `
.page{min-height:100vh;min-height:100svh;display:flex;flex-direction:column}
.page>*{width:100%;max-width:480px;margin:0 auto;padding:0 16px}
.page>.test{max-width:none;padding:8px 16px;color:var(--warn);background:var(--warn-bg);
  border-bottom:1px dashed var(--warn-line)}
.test p{display:flex;align-items:center;justify-content:center;gap:8px;font-size:14px;
  line-height:1.4}
.page>main{display:grid;grid-template-columns:minmax(0,1fr);gap:20px;padding:20px 16px 24px}
.shop{display:flex;align-items:center;gap:10px;font-size:15px;font-weight:600}
.mono{display:grid;place-items:center;flex:none;width:36px;height:36px;border-radius:10px;
  font-size:16px;color:var(--accent);background:var(--tint)}
.amount{display:block;margin-top:10px;font-size:38px;line-height:1.15;font-weight:700;
  letter-spacing:-.02em}
.amount.words{font-size:26px}
.about{margin-top:4px;font-size:15px;color:var(--soft)}
.about span{display:block}
.part{font-size:18px;line-height:1.35}
.lines,.basket{margin-top:16px}
.lines .total{padding-top:10px;border-top:1px solid var(--line)}
.lines .total dd{font-weight:700}
.basket li{display:flex;justify-content:space-between;gap:20px;padding:8px 0;font-size:15px;
  border-top:1px solid var(--line)}
.basket b{display:block;font-weight:500}
.basket p+p{flex:none}
.seg{display:flex;flex-wrap:wrap;gap:4px;padding:4px;border-radius:12px;background:var(--bg);
  border:1px solid var(--line)}
.seg .box{flex:1 1 auto}
.seg input{position:absolute;opacity:0;width:1px;height:1px}
.seg label{display:flex;align-items:center;justify-content:center;gap:8px;min-height:48px;
  padding:8px 10px;font-size:15px;color:var(--soft);border-radius:9px;
  border:1px solid transparent;cursor:pointer;text-align:center}
.seg label:hover{color:var(--ink)}
.seg input:checked+label{color:var(--ink);background:var(--panel);border-color:var(--edge);
  box-shadow:0 1px 3px #1018281f}
.seg input:checked+label svg{color:var(--accent)}
.seg input:focus-visible+label{outline:3px solid var(--accent);outline-offset:2px}
form:has(#method-card:checked) .for-sepa,form:has(#method-sepa:checked) .for-card{display:none}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:12px;
  align-items:start}
.named{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:4px 10px}
.brand{display:flex;align-items:center;gap:5px;font-size:13px;font-weight:600;color:var(--soft)}
.mandate{padding:14px 16px;font-size:13px;line-height:1.5;color:var(--soft);background:var(--bg);
  border-radius:10px}
.mandate h2{font-size:13px;color:var(--ink)}
.mandate p,.mandate dl{margin-top:6px}
.saved{display:flex;align-items:center;gap:14px;padding:14px 16px;border:1px solid var(--edge);
  border-radius:12px}
.saved span:not(.vh){display:block}
.saved b{display:block;font-weight:600;letter-spacing:.01em}
.choice{display:grid;gap:8px}
.choice label{display:flex;align-items:center;gap:12px;min-height:56px;padding:12px 14px;
  font-size:15px;font-weight:500;border:1px solid var(--edge);border-radius:12px;cursor:pointer}
.choice label:has(:checked){border-color:var(--accent);background:var(--tint)}
.choice input{width:20px;height:20px;margin:0;flex:none;accent-color:var(--accent)}
.choice b{margin-left:auto;font-weight:600}
.as-link{margin:0;padding:8px 0;border:0;font:inherit;font-size:inherit;color:inherit;
  text-align:left;text-decoration:underline 1px;text-underline-offset:3px;background:none;
  cursor:pointer}
.as-link:hover{text-decoration-thickness:2px}
.saved .as-link{margin-left:auto;font-size:14px}
.center{text-align:center}
.center>.link{display:inline-block;padding:8px}
.hints{border-top:1px dashed var(--line);padding-top:6px}
.hints li{display:flex;align-items:center;justify-content:space-between;gap:10px;min-height:44px;
  padding:6px 0;font-size:14px;border-top:1px solid var(--line)}
.hints li span{display:block}
.hints .use{min-height:36px;padding:4px 14px;font:inherit;font-size:13px;font-weight:600;
  line-height:1.2;color:var(--accent);background:transparent;border:1px solid var(--edge);
  border-radius:8px;cursor:pointer}
.hints .use:hover{background:var(--tint)}
.result{padding:32px 20px;text-align:center}
.result h1{font-size:24px;line-height:1.25;letter-spacing:-.01em}
.result>p{color:var(--soft)}
.badge{display:grid;place-items:center;width:72px;height:72px;margin:0 auto;border-radius:50%;
  color:var(--accent);background:var(--tint)}
.badge.bad{color:var(--bad);background:var(--bad-bg)}
.badge.wait{color:var(--warn);background:var(--warn-bg)}
.badge.wait svg.turn{animation:spin 1.2s linear infinite}
.result .facts{padding:16px 0;border:solid var(--line);border-width:1px 0;text-align:left}
.back{display:flex;flex-wrap:wrap;gap:2px 14px;justify-content:center;align-items:center;
  font-size:14px;color:var(--soft)}
.back a{padding:8px 0}
footer{font-size:13px;line-height:1.45;color:var(--soft)}
.page>footer{margin-top:auto;padding-bottom:24px}
footer .safe{display:flex;gap:8px}
footer .safe svg{margin-top:1px}
footer .ways{display:flex;flex-wrap:wrap;gap:0 20px;align-items:center;margin-top:4px}
footer ul{display:flex;gap:16px;margin-left:auto}
footer a,footer li span{display:inline-block;padding:8px 0;min-width:24px}
footer li span{color:var(--ink);font-weight:600}
.framed .page{min-height:0}
@media(min-width:920px){
.page>*{max-width:956px;padding:0 24px}
.page>main{padding:56px 24px 32px}
.page>.split{grid-template-columns:minmax(0,1fr) 452px;gap:64px;align-items:start}
.split .order{position:sticky;top:56px;padding-top:12px}
.split .amount{font-size:46px}
.split .amount.words{font-size:30px}
.page>.single{grid-template-columns:minmax(0,480px);justify-content:center}
.panel{padding:28px}
.result{padding:40px 32px}
}
`
