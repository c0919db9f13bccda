import { effect } from "@preact/signals";
import { render } from "preact";
import { PageFrame } from "./parts/page-frame";
import { followShownStack, me } from "./state/open-stack-page";
import { listenToKeys } from "./state/page-keys";
import { sessionToken } from "./state/page-session";
import { start } from "./state/sign-in";

render(<PageFrame />, document.getElementById("page")!);
listenToKeys();
followShownStack();
void start();

// A session that has ended takes what it showed along.
let hadSession = false;
effect(() => {
  if (sessionToken.value === undefined && hadSession) me.value = undefined;
  hadSession = sessionToken.value !== undefined;
});
