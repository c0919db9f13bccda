import { readFileSync, writeFileSync } from "node:fs";
import { isLabUp, LAB_FILES } from "../../lab/lab";
import { drawSvg } from "./draw-svg";
import { Newcomer } from "./newcomer";
import { PICTURE_FILE, RECORDING_FILE, type Recording, renderRecording } from "./recording";
import { CLEANUP, SESSION } from "./session";

/** Types the session on the lab, where nothing may be deployed, and removes what it deployed. */
export async function recordFirstHour(prefix: string | undefined): Promise<Recording> {
  const newcomer = new Newcomer(readFileSync(LAB_FILES.privateKey, "utf8"), prefix);
  try {
    const commands = await newcomer.type(SESSION.map(({ typed }) => typed));
    return { binaries: prefix === undefined ? "stand-ins of LDMS" : "upstream's LDMS", commands };
  } finally {
    await newcomer.type(CLEANUP).catch((error: Error) => console.error(error.message));
    newcomer.remove();
  }
}

export function writePicture(recording: Recording): void {
  writeFileSync(RECORDING_FILE, renderRecording(recording));
  writeFileSync(PICTURE_FILE, drawSvg(recording));
}

/** `npm run first-hour`: records the session, and draws the README's picture of it. */
async function main(): Promise<void> {
  if (!(await isLabUp())) throw new Error("the lab is not up\nhelp: npm run lab:up");
  const recording = await recordFirstHour(process.env["LDMS_OVIS"]);
  writePicture(recording);
  for (const { typed, seconds, lines } of recording.commands) console.log(`${typed}: ${lines.length} lines, ${seconds} s`);
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
