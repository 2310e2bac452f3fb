package verify

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Options of a run.
type Options struct {
	Out      string        // the folder of result.json and result.html
	Limit    time.Duration // of the whole run
	Small    bool          // sizes for the emulated driver, which are taken there anyway
	Program  string        // version, for the result
	Command  Command
	Progress io.Writer
}

// least is the time that is worth starting a part for.
const least = 3 * time.Second

// Run runs all parts, and returns what they found. It doesn't stop at a part that fails; the error is that the results can't
// be written. When ctx ends, so does the part that runs, and the others are left out.
func Run(ctx context.Context, o Options) (*Result, error) { return run(ctx, o, Parts()) }

func run(ctx context.Context, o Options, parts []Part) (*Result, error) {
	started := time.Now()
	r := &Result{Program: o.Program, Started: started.UTC().Truncate(time.Second), Limit: o.Limit.Seconds(), Small: o.Small}
	for _, p := range parts {
		r.Parts = append(r.Parts, p.result(LeftOut, "the run didn't come to it"))
	}
	dir, err := workFolder(o.Out)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := r.write(o.Out, parts, started); err != nil {
		return nil, err
	}
	for i, part := range parts {
		r.Parts[i] = o.part(ctx, part, dir, started.Add(o.Limit))
		r.Complete = i == len(parts)-1
		r.learn(r.Parts[i])
		if err := r.write(o.Out, parts, started); err != nil {
			return nil, err
		}
		fmt.Fprint(o.Progress, partText(r.Parts[i]))
	}
	return r, nil
}

// workFolder makes the folder that parts have their files in.
func workFolder(out string) (string, error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", fmt.Errorf("make the folder of the results: %w", err)
	}
	out, err := filepath.Abs(out)
	if err != nil {
		return "", err
	}
	return os.MkdirTemp(out, "work-")
}

// part runs one part within its box and the limit.
func (o Options) part(ctx context.Context, part Part, dir string, end time.Time) PartResult {
	left := time.Until(end)
	switch {
	case ctx.Err() != nil:
		return part.result(LeftOut, "the run was interrupted")
	case left < least:
		return part.result(LeftOut, "the run's limit of "+o.Limit.String()+" was reached")
	}
	box := min(part.Box, left)
	fmt.Fprintf(o.Progress, "%s (at most %s)\n", part.Title, seconds(box))
	began := time.Now()
	r := runProcess(ctx, part, Process{Part: part.Name, Dir: dir, Box: box, Small: o.Small}, o.Command)
	r.Seconds, r.Box = time.Since(began).Seconds(), box.Seconds()
	if r.State == TimedOut && ctx.Err() != nil {
		r.State, r.Reason = LeftOut, "the run was interrupted"
	} else if r.State == TimedOut && box < part.Box {
		r.Reason += ", at the run's limit of " + o.Limit.String()
	}
	return r
}

// learn takes over what a part says of the whole run.
func (r *Result) learn(p PartResult) {
	if name, ok := p.Figure(deviceName).(string); ok {
		r.Device = name
		r.Small = r.Small || name == emulated
	}
}

// settle gives the run's state by those of its parts.
func (r *Result) settle(parts []Part) {
	r.State = Passed
	for i, p := range r.Parts {
		switch {
		case p.State == Failed, p.State == TimedOut && !parts[i].Measures:
			r.State = Failed
		case p.State != Passed && r.State == Passed:
			r.State = LeftOut
		}
	}
}

// write writes both files.
func (r *Result) write(out string, parts []Part, started time.Time) error {
	r.settle(parts)
	r.Seconds = time.Since(started).Seconds()
	if err := writeJSON(filepath.Join(out, "result.json"), r); err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	page, err := r.page()
	if err == nil {
		err = replace(filepath.Join(out, "result.html"), page)
	}
	if err != nil {
		return fmt.Errorf("write the page of the results: %w", err)
	}
	return nil
}
