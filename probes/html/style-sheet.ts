import { LIGHT_PALETTE, paletteCss, TONES } from "./palette.ts";

const LAYOUT_CSS = `
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);
  font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
header,main,footer{max-width:68rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}
header{padding-top:clamp(1.25rem,4vw,2.75rem)}
main{display:grid;grid-template-columns:minmax(0,1fr);gap:1.25rem;padding-top:1.25rem;padding-bottom:1.5rem}
footer{padding-bottom:2.5rem;color:var(--muted);font-size:.875rem}
h1{margin:0;font-size:clamp(1.5rem,1.2rem + 1.6vw,2.125rem);line-height:1.2;letter-spacing:-.015em;overflow-wrap:anywhere}
h2{margin:0 0 .9rem;font-size:1.125rem;line-height:1.3;letter-spacing:-.005em;overflow-wrap:anywhere}
h3{margin:1.25rem 0 .5rem;font-size:1rem;line-height:1.35}
p{margin:0 0 .75rem;max-width:44rem}
p:last-child{margin-bottom:0}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em;overflow-wrap:anywhere}
.subtitle{max-width:none;margin:.35rem 0 0;color:var(--muted);overflow-wrap:anywhere}
.verdict{display:flex;gap:.75rem;align-items:center;max-width:none;margin:1.25rem 0 0;padding:.85rem 1.1rem;border-radius:.75rem;
  border-left:.35rem solid currentColor;font-size:1.0625rem;font-weight:600;overflow-wrap:anywhere}
.verdict svg{width:1.5rem;height:1.5rem}
section{padding:clamp(1rem,2.5vw,1.5rem);background:var(--surface);border:1px solid var(--line);border-radius:.875rem}
details>summary{cursor:pointer;font-weight:600}
svg{display:block;flex:none}
.sign{width:1em;height:1em}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.badge{display:inline-flex;gap:.4em;align-items:center;padding:.1em .65em .1em .5em;border-radius:1em;font-size:.8125rem;
  font-weight:600;line-height:1.6;white-space:nowrap}
`;

const COMPONENTS_CSS = `
.box{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem}
.box:focus-visible,summary:focus-visible{outline:2px solid var(--series-0);outline-offset:2px}
table{width:100%;border-collapse:collapse;font-size:.9375rem}
th,td{padding:.55rem .85rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{background:var(--page);color:var(--muted);font-size:.8125rem;font-weight:600;white-space:nowrap}
tbody tr:last-child>*{border-bottom:0}
tbody th{font-weight:600}
tbody th.text{white-space:nowrap}
td small,th small{display:block;margin-top:.15rem;color:var(--muted);font-size:.8125rem;font-weight:400;overflow-wrap:anywhere}
@media (max-width:40rem){tbody th.text{white-space:normal}.long{min-width:11rem}th,td{padding:.5rem .65rem}}
.long{min-width:14rem;overflow-wrap:anywhere}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.empty{color:var(--muted)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(8.5rem,100%),1fr));gap:.75rem;margin:0}
.figures>div{padding:.75rem .9rem;background:var(--surface);border:1px solid var(--line);border-radius:.625rem;min-width:0}
.figures dt{color:var(--muted);font-size:.8125rem;line-height:1.4}
.figures dd{margin:.15rem 0 0;font-size:1.375rem;font-weight:650;line-height:1.25;font-variant-numeric:tabular-nums;
  overflow-wrap:anywhere}
.figures dd small{font-size:.8125rem;font-weight:500;color:var(--muted)}
.figures .note{display:flex;gap:.4em;align-items:center;margin-top:.3rem;font-size:.8125rem;font-weight:600}
`;

const PLOTS_CSS = `
figure{margin:0}
figure+figure{margin-top:1.75rem}
figcaption{font-weight:600;font-size:.9375rem;margin-bottom:.6rem}
figcaption small{font-weight:400;color:var(--muted)}
.plot{display:grid;grid-template-columns:3.25rem minmax(0,1fr);grid-template-rows:13rem 1.5rem}
.plot svg{width:100%;height:100%;overflow:visible}
.plot text{fill:var(--muted);font-size:.75rem;font-variant-numeric:tabular-nums}
.plot .grid{stroke:var(--line);stroke-width:1}
.plot .axis{stroke:var(--muted);stroke-width:1}
.plot .bound{stroke-width:1.5;stroke-dasharray:2 3}
.plot .bound-text{font-weight:600;paint-order:stroke;stroke:var(--surface);stroke-width:4px;stroke-linejoin:round}
.curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
.dash-1{stroke-dasharray:7 4}.dash-2{stroke-dasharray:2 4}.dash-3{stroke-dasharray:9 3 2 3}
.dash-4{stroke-dasharray:12 5}.dash-5{stroke-dasharray:4 2}
.bar{fill:var(--series-0)}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.5rem 0 0;padding:0 0 0 3.25rem;list-style:none;font-size:.8125rem}
.legend li{display:flex;gap:.5em;align-items:center}
.legend svg{width:1.9rem;height:.75rem}
.sparkline{display:inline-block;width:7.5rem;height:1.75rem;vertical-align:middle;overflow:visible}
.sparkline .curve{stroke:var(--series-0)}
.sparkline .last{stroke:var(--series-0);stroke-width:5;stroke-linecap:round;vector-effect:non-scaling-stroke}
`;

const PRINT_CSS = `
@media print{body{background:none}section,figure{break-inside:avoid}.box{overflow:visible}}
@media (forced-colors:active){.badge,.verdict{border:1px solid}}
`;

/** Renders the style sheet of the reports, without images, fonts or URLs. */
export function renderStyleSheet(): string {
  const tones = TONES.map(
    (tone) =>
      `.${tone}{color:var(--${tone})}.badge.${tone},.verdict.${tone}{background:var(--${tone}-soft)}.bound.${tone}{stroke:var(--${tone})}.plot .bound-text.${tone}{fill:var(--${tone})}`,
  );
  const series = LIGHT_PALETTE.series.map((_, index) => `.series-${index}{stroke:var(--series-${index})}`);
  return [paletteCss(), LAYOUT_CSS, COMPONENTS_CSS, PLOTS_CSS, ...tones, ...series, PRINT_CSS].join("\n");
}
