package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/studies"
)

func exitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What exit codes mean",
		Long: `Exit codes:

    0  good
    1  another failure: the study failed or was cancelled, there is no such study, a server can't be reached
    2  the spec, the command line or a table of runs says something that can't be; nothing was run
    3  the study is done, but some of its cells failed; they run again with the next ziplaw run
    4  ziplaw verify: something in the store is not what its digest says
    5  ziplaw verify: something is missing from the store
  130  interrupted (Ctrl-C or SIGTERM): the study stays where it is, and the same command goes on with it

A diverged cell is a result, not a failure. With --output json an error is one value on standard output:
{"error":{"code","field","message","hint"}}, and where there are several, all of them under "errors".`,
	}
}

func specTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "spec",
		Short: "What a study's spec is",
		Long: `A spec describes a study in YAML or JSON: data sets (random grammars, grammars of your own, or files), models, token
budgets, seeds, the training recipe, and how laws are fitted. Commands take it as a file, as - for standard input, or as the name of a
ready study: ` + strings.Join(studies.Names(), ", ") + `.

Patterns of files and paths of grammars are relative to the spec's folder.

  ziplaw schema                          every key with its meaning and default, as a JSON Schema
  ziplaw plan SPEC                       what the study would run
  ziplaw plan SPEC --output json --spec  the spec as JSON with every default written out, for temporal and tctl

A study is known by its name. A changed spec under the same name is a new version, and trains only its new cells.`,
	}
}
