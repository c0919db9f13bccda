/** Enough for the rows of the last half minute of thousands of samplers; a file holds a day or more. */
const TAIL_BYTES = 32 * 1024 * 1024;

interface FileReaderArgs {
  /** Shell that lists the files of `$name` in the folder, the newest first. */
  readonly list: string;
  /** Between the fields of a row. */
  readonly separator: string;
  /** awk that sets `time` and `id` to the numbers of a row's fields; `isId` has the columns that are ids. */
  readonly fields: string;
}

/** POSIX sh of the container, FOLDER SINCE MOST IDS NAME...: the newest row of each component of the MOST newest files of each NAME, in the form of SOS's own reader. */
export function renderFileReader({ list, separator, fields }: FileReaderArgs): string {
  return `folder=$1 since=$2 most=$3 ids=$4
shift 4
found=
cd "$folder" 2>/dev/null && for name; do found="$found $(${list} 2>/dev/null | head -n "$most")"; done
[ -n "\${found# }" ] || { echo "no file \\\`$folder/$1\\\` yet" >&2; exit 1; }
for file in $found; do
  cat "\${file%.[0-9]*}".HEADER* 2>/dev/null | head -n 1
  head -n 1 "$file"
  tail -c ${TAIL_BYTES} "$file"
done | awk -F '${separator}' -v since="$since" -v ids="$ids" '
BEGIN { split(ids, list, ","); for (i in list) isId[list[i]] = 1 }
${fields}
time && id && $time ~ /^[0-9]+[.][0-9]+$/ && $time >= since && $id ~ /^[0-9]+$/ { rows++; if ($time > newest[$id]) newest[$id] = $time }
END {
  printf "{ \\"data\\" : ["
  for (one in newest) { printf "%s{\\"timestamp\\" : \\"%s\\",\\"component_id\\" : \\"%s\\"}", comma, newest[one], one; comma = "," }
  printf "], \\"rows\\" : %d }\\n", rows
}'`;
}

/** Arguments behind the folder and `$since`. */
export function renderFileArguments(most: number, ids: readonly string[], names: readonly string[]): readonly string[] {
  return [String(most), [...new Set(ids)].join(","), ...new Set(names)];
}
