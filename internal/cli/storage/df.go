package storage

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/upkeep"
)

func (a *app) dfCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "df",
		Short: "Show what the store holds, by study and kind",
		Long: `Show how many bytes each study needs, and of what kind. What several studies need, such as the cells that they share,
is counted for each of them, and once under SHARED; OWN is what no other study needs, and so what ziplaw rm frees. What nobody needs is
what was left by studies that are gone: ziplaw gc removes it.`,
		Example: `  ziplaw df
  ziplaw df --output json | jq '.studies[] | {study, bytes}'`,
		Args: console.Exactly(0),
		RunE: a.df,
	}
}

func (a *app) df(c *cobra.Command, args []string) error {
	err := a.Looking(func(ctx context.Context, s *console.Session, _ []string) error {
		survey, err := a.survey(ctx, s)
		if err != nil {
			return err
		}
		for _, d := range survey.Damaged {
			a.Note("damaged: %s", d)
		}
		return a.showUsage(survey.Usage())
	})(c, args)
	if console.IsA[console.ErrNothing](err) {
		return a.showUsage(upkeep.Usage{Studies: []upkeep.StudyUsage{}, UnneededKinds: map[string]upkeep.Amount{}})
	}
	return err
}

func (a *app) showUsage(u upkeep.Usage) error {
	return a.Value(u, func(w io.Writer) error { return usageTable(w, u) })
}

func usageTable(w io.Writer, u upkeep.Usage) error {
	rows := [][]string{append([]string{"STUDY", "STATE", "TOTAL", "OWN"}, upperKinds(u)...)}
	for _, s := range u.Studies {
		rows = append(rows, append([]string{s.Study, s.State, bytesText(s.Amount), bytesText(s.Own)}, kindCells(u, s.Kinds)...))
	}
	rows = append(rows, append([]string{"(nobody)", "", bytesText(u.Unneeded), bytesText(u.Unneeded)}, kindCells(u, u.UnneededKinds)...))
	if err := console.Table(w, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s in %s objects; %s of it shared by studies, and %s needed by nobody\n",
		bytesText(u.Amount), humanize.Comma(int64(u.Objects)), bytesText(u.Shared), bytesText(u.Unneeded))
	return err
}

// usedKinds are the kinds that there are any of.
func usedKinds(u upkeep.Usage) (kinds []string) {
	for _, kind := range upkeep.Kinds {
		used := u.UnneededKinds[kind].Objects > 0
		for _, s := range u.Studies {
			used = used || s.Kinds[kind].Objects > 0
		}
		if used {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

func upperKinds(u upkeep.Usage) (cells []string) {
	for _, kind := range usedKinds(u) {
		cells = append(cells, strings.ToUpper(kind))
	}
	return cells
}

func kindCells(u upkeep.Usage, kinds map[string]upkeep.Amount) (cells []string) {
	for _, kind := range usedKinds(u) {
		cells = append(cells, bytesText(kinds[kind]))
	}
	return cells
}

func bytesText(a upkeep.Amount) string { return humanize.Bytes(uint64(a.Bytes)) }
