import{drawTime as i}from"../protocol.js";function d(s,o){let e=[...s],n=[];for(;e.length>0;){let[t]=e.splice(i(0,e.length-1,o),1);t!==void 0&&n.push(t)}return n}export{d as a};
