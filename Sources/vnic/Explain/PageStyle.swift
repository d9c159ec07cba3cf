/// The style sheet of a page: light and dark, narrow and wide, screen and paper.
enum PageStyle {
  static let sheet = """
    :root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --soft: #57606a;
      --line: #d0d7de; --stripe: #f6f8fa; --bad: #a40e26; --badground: #fff0ee; --good: #1a6332;
      --link: #8250df; --network: #0969da; --tunnel: #9a6700; --transport: #1a7f37;
      --payload: #57606a; --rest: #bc4c00; --track: #e7ebef; }
    @media screen and (prefers-color-scheme: dark) { :root { --ground: #0d1117; --ink: #e6edf3;
      --soft: #9ea7b3; --line: #30363d; --stripe: #161b22; --bad: #ff9a92; --badground: #2d1316;
      --good: #56d364; --link: #a371f7; --network: #4493f8; --tunnel: #d29922;
      --transport: #3fb950; --payload: #8b949e; --rest: #f0883e; --track: #21262d; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; padding: 1rem; max-width: 80rem; background: var(--ground);
      color: var(--ink); font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
    h1 { font-size: 1.5rem; line-height: 1.2; margin: .2rem 0 .5rem; }
    h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
    h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
    p { margin: .4rem 0; max-width: 46rem; }
    .lead { font-size: 1.1rem; }
    nav ul, .legend { list-style: none; margin: .5rem 0; padding: 0; display: flex;
      flex-wrap: wrap; gap: .2rem 1rem; }
    a { color: var(--network); }
    a:focus-visible { outline: 2px solid var(--network); outline-offset: 2px; }
    .skip { position: absolute; left: -100vw; }
    .skip:focus { position: static; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .6rem 0; }
    dt { color: var(--soft); }
    dd { margin: 0; }
    .refusal { border: 2px solid var(--bad); background: var(--badground); border-radius: 6px;
      padding: .2rem 1rem .6rem; margin: 1rem 0; }
    .refusal h2 { border: 0; margin: .4rem 0; color: var(--bad); }
    table { border-collapse: collapse; width: 100%; font-size: 13px;
      font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--soft); padding: .2rem 0; }
    th, td { text-align: left; vertical-align: top; padding: .15rem .5rem .15rem 0;
      border-bottom: 1px solid var(--line); font-weight: 400; }
    thead th, tbody th, td.word { overflow-wrap: break-word; }
    td.word { white-space: nowrap; }
    thead th { position: sticky; top: 0; background: var(--ground); color: var(--soft);
      vertical-align: bottom; }
    tbody th { font-weight: 600; }
    td.number, thead th.number { text-align: right; padding-right: 1rem; }
    td.number { white-space: nowrap; }
    td.bar { width: 34%; vertical-align: middle; }
    td.bar, thead th.bar { padding-right: 0; }
    td.bar + td, th.bar + th { padding-left: .8rem; }
    tr.layer { background: var(--stripe); }
    tr.bad td, tr.bad th { color: var(--bad); font-weight: 600; }
    .strip { display: block; width: 100%; height: .7rem; background: var(--track); }
    .ruler { height: 1.6rem; }
    .ends { display: flex; justify-content: space-between; color: var(--soft); font-size: 12px;
      font-variant-numeric: tabular-nums; }
    .link { fill: var(--link); } .network { fill: var(--network); }
    .tunnel { fill: var(--tunnel); } .transport { fill: var(--transport); }
    .payload { fill: var(--payload); } .rest { fill: var(--rest); }
    .gap { fill: var(--ground); }
    .legend svg { width: .8rem; height: .8rem; margin-right: .3rem; vertical-align: -.05rem; }
    footer { margin-top: 2rem; color: var(--soft); font-size: 12px; }
    @media screen and (max-width: 45rem) {
      thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
        clip-path: inset(50%); }
      table, tbody, caption { display: block; }
      tr { display: flex; flex-wrap: wrap; padding: .25rem 0;
        border-bottom: 1px solid var(--line); }
      tbody th, td, td.number, td.word { border: 0; padding: 0 .8rem 0 0; text-align: left;
        white-space: normal; max-width: 100%; overflow-wrap: anywhere; }
      td.bar { order: 1; width: 100%; padding: .1rem 0; border: 0; }
      td.bar + td { padding-left: 0; }
      td[data-title]::before { content: attr(data-title) " "; color: var(--soft);
        font-weight: 400; }
      td:empty { display: none; }
    }
    @media print {
      body { font-size: 10px; max-width: none; padding: 0; }
      table { font-size: 8px; }
      thead th { position: static; }
      thead { display: table-header-group; }
      tr, .refusal { break-inside: avoid; }
      h2, h3, caption { break-after: avoid; }
      td.number { padding-right: .5rem; }
      td.bar { width: 22%; }
      nav { display: none; }
      svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """
}
