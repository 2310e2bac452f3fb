package machine

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check this machine, the data folder and the servers",
		Long: `Check what studies need, as far as it can be checked: processor, memory, the data folder and its disk, files that
ready studies read, the servers, and a round trip through each. Every check says what to do about it. The exit code is
1 where one fails; warnings are no failure.`,
		Example: `  ziplaw doctor
  ziplaw doctor --connect --output json      the servers that the environment names`,
		Args: console.Exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, stop := console.UntilSignal(c.Context())
			defer stop()
			v := a.examine(ctx)
			if err := a.Value(v, v.text); err != nil {
				return err
			}
			if v.State == checkFail {
				return console.Exit(console.ExitFailure)
			}
			return nil
		},
	}
}

// States of a check.
const (
	checkOK   = "ok"
	checkWarn = "warn"
	checkFail = "fail"
)

// check is one thing that was looked at.
type check struct {
	Check  string `json:"check"`
	State  string `json:"state"`
	Found  string `json:"found"`
	Advice string `json:"advice"`
}

// doctorJSON is what ziplaw doctor prints: the worst state, and every check.
type doctorJSON struct {
	State  string  `json:"state"`
	Checks []check `json:"checks"`
}

func (a *app) examine(ctx context.Context) doctorJSON {
	v := doctorJSON{State: checkOK}
	v.add(a.machineChecks(ctx)...)
	v.add(deviceCheck(ctx))
	v.add(a.folderChecks()...)
	v.add(a.serverChecks(ctx)...)
	return v
}

func (v *doctorJSON) add(checks ...check) {
	for _, c := range checks {
		if c.State == checkFail || c.State == checkWarn && v.State == checkOK {
			v.State = c.State
		}
		v.Checks = append(v.Checks, c)
	}
}

func (v doctorJSON) text(w io.Writer) error {
	for _, c := range v.Checks {
		fmt.Fprintf(w, "%-4s  %s: %s\n", c.State, c.Check, c.Found)
		if c.Advice != "" && c.State != checkOK {
			fmt.Fprintf(w, "      %s\n", c.Advice)
		}
	}
	return nil
}

func good(name, format string, args ...any) check {
	return check{Check: name, State: checkOK, Found: fmt.Sprintf(format, args...)}
}

func doubt(name, advice, format string, args ...any) check {
	return check{Check: name, State: checkWarn, Found: fmt.Sprintf(format, args...), Advice: advice}
}

func bad(name, advice string, err error) check {
	return check{Check: name, State: checkFail, Found: err.Error(), Advice: advice}
}
