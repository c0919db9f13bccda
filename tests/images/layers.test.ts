import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ImageName } from "../../plan/model/image";
import { buildImages, docker, imageTag, needEngine } from "./engine";
import { scanLayers } from "./layer-scan";

const IMAGES = ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana"] as const satisfies readonly ImageName[];

/** Each of these in a layer of its own, and deleted in the next. */
const PLANTED = `FROM ${imageTag("ldms-samp")}
RUN { echo '-----BEGIN OPENSSH PRIVATE KEY-----'; head -c 300 /dev/urandom | base64; echo '-----END OPENSSH PRIVATE KEY-----'; } >/srv/backup.txt
RUN rm /srv/backup.txt; mkdir -p /etc/ssh /root/.ssh; echo x | tee /etc/ssh/ssh_host_ed25519_key >/root/.ssh/id_ed25519
RUN rm -r /etc/ssh /root/.ssh; dd if=/dev/zero of=/etc/munge/munge.key bs=4096 count=1; cp /etc/munge/munge.key /srv/key
RUN rm /etc/munge/munge.key /srv/key; echo 0123456789abcdef0123456789abcdef >/etc/machine-id; echo 'root:$y$j9T$salt$hash:1::::::' >/etc/shadow
RUN echo uninitialized >/etc/machine-id; echo 'root:*:1::::::' >/etc/shadow; touch /var/lib/apt/lists/mirror.example_Packages /root/.bash_history
RUN rm /root/.bash_history; mkdir /opt/ovis/lib/__pycache__; touch /opt/ovis/lib/__pycache__/gone.cpython-39.pyc
`;

describe("layers of the images", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages(...IMAGES);
  });

  it("hold no key, no secret and no cache, deleted files included", async () => {
    assert.deepEqual(await scanLayers(IMAGES.map(imageTag)), []);
  });

  it("would be found out", async () => {
    const [folder, tag] = [fs.mkdtempSync(path.join(os.tmpdir(), "ldms-planted-")), "ldms-test/planted"];
    fs.writeFileSync(path.join(folder, "Dockerfile"), PLANTED);
    try {
      assert.equal(docker(["build", "--quiet", "--tag", tag, folder]).code, 0);
      assert.deepEqual(await scanLayers([tag]), [
        "etc/machine-id: a machine's id",
        "etc/munge/munge.key: a file of zeros",
        "etc/munge/munge.key: a munge key",
        "etc/shadow: a password",
        "etc/ssh/ssh_host_ed25519_key: an ssh host key",
        "opt/ovis/lib/__pycache__/gone.cpython-39.pyc: compiled Python without its source",
        "root/.bash_history: a history of commands",
        "root/.ssh/id_ed25519: a user's ssh file",
        "srv/backup.txt: a private key",
        "srv/key: a file of zeros",
        "var/lib/apt/lists/mirror.example_Packages: a cache of apt",
      ]);
    } finally {
      docker(["image", "rm", tag]);
      fs.rmSync(folder, { recursive: true });
    }
  });
});
