// Fires the sync worker's cron when something is POSTed here.
export default {
  async fetch(request, env) {
    if (request.method !== "POST") return new Response("nothing is read here", { status: 405 });
    const { outcome } = await env.SYNC.scheduled({ scheduledTime: new Date(), cron: "* * * * *" });
    return new Response(outcome);
  },
};
