// In the sync worker's place: it hears the kick, as the real one does in an isolate of its own, and drains nothing.
import { WorkerEntrypoint } from "cloudflare:workers";

export default class extends WorkerEntrypoint {
  async fetch() {
    return new Response("nothing is drained here", { status: 404 });
  }
  async kick() {}
}
