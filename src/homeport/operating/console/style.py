"""The console's style: light and dark as the reader has it, from the width of a phone on."""

STYLE = """\
:root{color-scheme:light dark;--page:#f4f6f8;--card:#fff;--text:#18212c;--soft:#566273;--line:#dde3ea;--land:#cfd8e2;
--calm:#17754f;--busy:#1f5fc4;--trouble:#8f5400;--silent:#b3261e;--calm-b:#e7f5ee;--busy-b:#e8f0fd;--trouble-b:#fff3dc;
--silent-b:#fdeceb;--link:#1f5fc4}
@media(prefers-color-scheme:dark){:root{--page:#0d1218;--card:#161d26;--text:#e4eaf1;--soft:#98a5b5;--line:#2a3542;
--land:#2c3846;--calm:#56c596;--busy:#7fb0ff;--trouble:#f2b757;--silent:#ff8f84;--calm-b:#10291f;--busy-b:#14253f;
--trouble-b:#33270f;--silent-b:#3a1816;--link:#8fb9ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);
font:15px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-variant-numeric:tabular-nums}
a{color:var(--link)}:focus-visible{outline:3px solid var(--busy);outline-offset:2px}
header{display:flex;justify-content:space-between;align-items:center;gap:16px;padding:12px 24px;background:var(--card);
border-bottom:1px solid var(--line)}
.name{font-weight:700;font-size:17px;text-decoration:none;color:inherit}
.who{display:flex;align-items:center;gap:12px;text-align:right;overflow-wrap:anywhere}
small,.note,figcaption span{color:var(--soft);font-size:13px}td small{overflow-wrap:anywhere}
main{max-width:1280px;margin:0 auto;padding:20px 24px 40px;display:grid;gap:20px}
section,.top{min-width:0}.two{display:grid;gap:20px}
@media(min-width:1000px){.two{grid-template-columns:minmax(0,5fr) minmax(0,6fr)}}
h1{font-size:20px;line-height:1.3;margin:0}.line{display:block}
h2{font-size:15px;margin:0 0 8px}
.inside{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:8px 14px;overflow-x:auto}
.top{display:flex;gap:16px;align-items:center;justify-content:space-between;flex-wrap:wrap}
.headline{flex:1 1 320px;padding:14px 18px;border-radius:10px;border-left:6px solid}
.headline p{margin:4px 0 0}
.deeds{display:grid;gap:8px}.deeds>div{display:flex;gap:8px}.deeds p{margin:0}
.calm{color:var(--calm)}.busy{color:var(--busy)}.trouble{color:var(--trouble)}.silent{color:var(--silent)}
.calm.badge,.headline:has(>.calm){background:var(--calm-b);border-color:var(--calm)}
.busy.badge,.headline:has(>.busy){background:var(--busy-b);border-color:var(--busy)}
.trouble.badge,.headline:has(>.trouble){background:var(--trouble-b);border-color:var(--trouble)}
.silent.badge,.headline:has(>.silent){background:var(--silent-b);border-color:var(--silent)}
.badge{display:inline-block;padding:1px 9px;border-radius:11px;font-weight:600;font-size:13px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:7px 14px 7px 0;font-weight:400;
border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}tbody tr:last-child>*{border-bottom:0}
thead th{color:var(--soft);font-size:13px;white-space:nowrap}tbody th{font-weight:600}
#regions tbody th,td:has(form),.brief,.badge{white-space:nowrap}#regions thead th{white-space:normal}
.number{text-align:right;white-space:nowrap}
.request{overflow-wrap:anywhere;font-weight:400}
.inside p,main>p{margin:6px 0}.empty{color:var(--soft)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:8px}
form{display:inline}
button,.button{font:inherit;font-weight:600;font-size:14px;padding:6px 14px;border-radius:8px;
border:1px solid var(--line);background:var(--card);color:var(--link);cursor:pointer;
text-decoration:none;white-space:nowrap}
button:hover,.button:hover{border-color:currentColor}button.grave{color:var(--silent)}
.atlas,.chart{display:block;width:100%;height:auto}
.land{fill:var(--land)}.atlas circle{fill:currentColor}.atlas .sign{fill:var(--card);font-size:10px;text-anchor:middle}
.atlas text{font-size:11.5px;fill:var(--text);paint-order:stroke;stroke:var(--card);stroke-width:3px;
stroke-linejoin:round}
.atlas .sign{stroke:none}.atlas .line0{font-weight:600}.atlas .calm text:not(.sign){fill:var(--soft)}
.atlas .line1{fill:currentColor;font-weight:600}
.charts{display:grid;gap:8px 28px}@media(min-width:760px){.charts{grid-template-columns:1fr 1fr}}
figure{margin:6px 0}figcaption{margin-bottom:6px}
.chart text{font-size:12px;fill:var(--soft)}.chart .grid{stroke:var(--line)}.chart .axis{stroke:var(--soft)}
.settled rect{fill:var(--calm)}.waiting rect{fill:var(--busy)}
summary{cursor:pointer;color:var(--link);font-size:13px;padding:2px 0}.numbers{width:auto}.numbers td{text-align:right}
.told{margin:0;padding:10px 18px;border-radius:10px;font-weight:600}
.well{background:var(--calm-b);color:var(--calm)}.ill{background:var(--silent-b);color:var(--silent)}
nav{display:flex;gap:16px;padding:6px 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:6px 0}dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
pre{margin:6px 0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.4 ui-monospace,Consolas,monospace;
max-height:24em;overflow:auto}
@media(max-width:640px){header,main{padding-left:14px;padding-right:14px}.spare,.atlas text:not(.sign){display:none}
.atlas circle{r:14px}.atlas .sign{font-size:17px;transform:translateY(2px)}
th,td{padding-right:9px}.inside{padding:6px 10px}.chart text{font-size:19px}
td form{display:block;margin-bottom:6px}.badge{white-space:normal}th,td{font-size:14px}h1{font-size:17px}}
"""
