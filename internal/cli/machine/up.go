package machine

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

func (a *app) upCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "up",
		Short: "Run the servers and a worker until Ctrl-C",
		Long: `Run the servers of the data folder and a worker, and print where they listen, until Ctrl-C or SIGTERM. Studies
that were interrupted go on. Other commands on the same folder join, and any Temporal client can start studies:
workflow type Study, task queue ziplaw, workflow id ziplaw/NAME, and the spec in JSON as the one argument. The Temporal
server takes who has the folder's certificate: ziplaw env tells a shell's programs where it is. The web UI takes the browser
that opens the URL with its token.`,
		Example: `  ziplaw up
  ziplaw up --data-dir /data/ziplaw --temporal-port 7233 --s3-port 9000 --ui-port off
  ziplaw plan quick --output json --spec > quick.json
  eval "$(ziplaw env)"
  temporal workflow start --type Study --task-queue ziplaw --workflow-id ziplaw/quick --input-file quick.json`,
		Args: console.Exactly(0),
		RunE: func(c *cobra.Command, args []string) error {
			a.Flags.Serve = true
			return a.WithSession(a.up)(c, args)
		},
	}
}

// upJSON is where the servers listen.
type upJSON struct {
	DataDir   string `json:"data_dir"`
	PID       int    `json:"pid"`
	Owner     bool   `json:"owner"` // whether this process runs them
	Temporal  string `json:"temporal"`
	Namespace string `json:"namespace"`
	S3        string `json:"s3"`
	Bucket    string `json:"bucket"`
	AccessKey string `json:"access_key"`
	UI        string `json:"ui"`
}

func (a *app) up(ctx context.Context, s *console.Session, _ []string) error {
	if s.Servers == nil {
		return console.Usage("--connect", "use ziplaw worker --connect", "up runs servers of its own")
	}
	v := upJSON{DataDir: s.Servers.Dir(), PID: s.Servers.PID(), Owner: s.Servers.Owned(), UI: s.Servers.UI()}
	v.Temporal, v.Namespace = s.Servers.Temporal()
	v.S3, v.AccessKey, _, v.Bucket = s.Servers.S3()
	if s.Owner() {
		if err := a.StartWorker(ctx, s); err != nil {
			return err
		}
	}
	if err := a.Value(v, v.text); err != nil || !v.Owner {
		return err
	}
	a.Note("interrupt to stop")
	a.WatchRoom(ctx, s)
	<-ctx.Done()
	a.Note("stopping: cells write a checkpoint; interrupt again to stop at once")
	return nil
}

func (v upJSON) text(w io.Writer) error {
	ui := "off"
	if v.UI != "" {
		ui = v.UI + " (opens once; ziplaw up prints another)"
	}
	_, err := fmt.Fprintf(w, "folder     %s\nTemporal   %s, namespace %s\nS3         http://%s, bucket %s (keys in credentials.json)\nweb UI     %s\nprocess    %d\n",
		v.DataDir, v.Temporal, v.Namespace, v.S3, v.Bucket, ui, v.PID)
	if err == nil && !v.Owner {
		_, err = fmt.Fprintln(w, "They run already, with a worker.")
	}
	return err
}
