package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/studies"
)

// readStudy reads a spec: a file in YAML or JSON, - for standard input, or the name of a ready study. Its patterns of
// files become absolute.
func (a *app) readStudy(arg string) (ziplaw.Study, error) {
	b, dir, err := a.readSpec(arg)
	if err != nil {
		return ziplaw.Study{}, err
	}
	s, err := spec.Parse(b)
	if err != nil {
		return s, err
	}
	if dir, err = absolute(dir); err != nil {
		return s, fmt.Errorf("folder of spec %s: %w", arg, err)
	}
	anchor(&s, dir)
	return s, nil
}

// readSpec gives the text of a spec and the folder that it is relative to.
func (a *app) readSpec(arg string) (b []byte, dir string, err error) {
	if arg == "-" {
		if b, err = spec.Read(a.stdin); err != nil {
			return nil, "", fmt.Errorf("read spec from standard input: %w", err)
		}
		return b, ".", nil
	}
	if b, err = readSpecFile(arg); err == nil || ziplaw.CodeOf(err) == ziplaw.CodeBadSpec {
		return b, filepath.Dir(arg), err
	}
	if ready, found := studies.Find(arg); found && errors.Is(err, fs.ErrNotExist) {
		return ready, ".", nil
	}
	return nil, "", usage("SPEC", "a file, - for standard input, or a ready study: "+strings.Join(studies.Names(), ", "), "read spec: %v", err)
}

func readSpecFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return spec.Read(f)
}

// completeSpec completes file names and ready studies.
func completeSpec(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return studies.Names(), cobra.ShellCompDirectiveDefault
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
