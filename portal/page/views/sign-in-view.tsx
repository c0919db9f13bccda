import { useState } from "preact/hooks";
import { Notice } from "../parts/notice";
import { signIn, signInFault } from "../state/sign-in";

/** For who comes without the address that the server printed. */
export function SignInView() {
  const [code, setCode] = useState("");
  return (
    <main class="sign-in" id="main" tabIndex={-1}>
      <h1>LDMS portal</h1>
      <p>
        Open the address that <code>ldms portal</code> printed in the terminal where it was started. It is good once; the portal prints a
        new one there for the next browser.
      </p>
      <form
        class="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          void signIn(code.trim().replace(/^.*#code=/, ""));
        }}
      >
        <label>
          Or the code at the end of that address
          <input type="password" autocomplete="off" value={code} onInput={(event) => setCode(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button button-main" disabled={code.trim() === ""}>
          Sign in
        </button>
      </form>
      {signInFault.value !== undefined && (
        <Notice kind="bad" isNews>
          {signInFault.value}
        </Notice>
      )}
    </main>
  );
}
