"""The console's JavaScript: every twenty seconds it asks for the page again, and takes over what has changed.

A part in which somebody stands, has opened something or has selected text is left alone; while nobody looks nothing is
asked for. Without it the page is the same, and its link asks for it again.
"""

SCRIPT = """\
{const said=document.getElementById('asof'),url=new URL(location);url.searchParams.delete('told');url.hash='';
const busy=part=>part.contains(document.activeElement)||part.querySelector('details[open]')
||!getSelection().isCollapsed&&getSelection().containsNode(part,true);
const look=async()=>{if(document.hidden)return;try{
const answer=await fetch(url,{redirect:'error',signal:AbortSignal.timeout(9000)});if(!answer.ok)throw answer.status;
const page=new DOMParser().parseFromString(await answer.text(),'text/html');document.title=page.title;
for(const part of document.querySelectorAll('[data-live]')){const next=page.getElementById(part.id);
if(!busy(part)&&part.innerHTML!==next.innerHTML){part.className=next.className;part.replaceChildren(...next.childNodes)}}
said.textContent=page.getElementById('asof').textContent+' · live';said.className='note'
}catch(why){said.textContent='Not live: the console does not answer. Load the page again.';said.className='told ill'}};
setInterval(look,20000);document.addEventListener('visibilitychange',look)}
"""
