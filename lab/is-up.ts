import { isLabUp } from "./lab";

isLabUp().then((isUp) => console.log(isUp ? "yes" : "no"));
