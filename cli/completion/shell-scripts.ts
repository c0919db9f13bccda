const BASH = `# ldms completion bash: put this into ~/.bashrc
#   source <(ldms completion bash)
_ldms() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <(ldms complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _ldms ldms
`;

const ZSH = `#compdef ldms
# ldms completion zsh: put this into ~/.zshrc, behind compinit
#   source <(ldms completion zsh)
_ldms() {
  local -a found
  found=("\${(@f)$(ldms complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then
    compadd -a found
  else
    _files
  fi
}
compdef _ldms ldms
`;

const FISH = `# ldms completion fish: put this into ~/.config/fish/config.fish
#   ldms completion fish | source
function __ldms_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l begun (commandline --cut-at-cursor --current-token)
    set -l found (ldms complete -- $words[2..] "$begun" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path "$begun"
    end
end
complete --command ldms --no-files --arguments '(__ldms_complete)'
`;

/** By shell: each asks `ldms complete` for what may stand at the cursor, and takes file names where it answers nothing. */
export const SHELL_SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;

export type Shell = keyof typeof SHELL_SCRIPTS;
