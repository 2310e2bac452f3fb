package machine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

func (a *app) workerCommand() *cobra.Command {
	var (
		device  deviceFlag
		devices string
	)
	c := &cobra.Command{
		Use:   "worker",
		Short: "Run another worker until Ctrl-C",
		Long: `Run a worker for servers that run elsewhere, until Ctrl-C or SIGTERM: those of the data folder, or with --connect
any Temporal (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, or a profile of
TEMPORAL_CONFIG_FILE) and any S3 (ZIPLAW_S3_ENDPOINT, ZIPLAW_S3_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
AWS_REGION). Any number of workers share a study's cells.

Anybody who may start studies on such servers names files in specs: with --connect a worker reads those in the folders of
--allow-files alone, and of environment variables ${GOROOT} alone, which is such a folder where it is named.

With --device cuda it trains the cells of studies with numerics: cuda on this machine's CUDA devices, one cell each, and does
nothing else: ziplaw-cuda does that, which make cuda builds.`,
		Example: `  ziplaw worker --threads 4
  ziplaw worker --device cuda
  TEMPORAL_ADDRESS=temporal:7233 ZIPLAW_S3_ENDPOINT=http://minio:9000 ziplaw worker --connect
  ziplaw worker --connect --allow-files /data/corpora --allow-files "$(go env GOROOT)"`,
		Args: console.Exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			a.Flags.Join = true
			ctx, stop := console.UntilSignal(c.Context())
			defer stop()
			if devices != "" && device != deviceCUDA {
				return console.Usage("--devices", "add --device cuda", "%s, and cells train on the processor", devices)
			}
			if device == deviceCUDA {
				return console.Interrupted(ctx, a.workOnCUDA(ctx, devices))
			}
			if err := a.Flags.Restrict(); err != nil {
				return err
			}
			return console.Interrupted(ctx, a.work(ctx))
		},
	}
	c.Flags().Var(&device, "device", "what to train on: cpu or cuda")
	c.Flags().StringArrayVar(&a.Flags.AllowFiles, "allow-files", nil, "folder whose files specs may name, once or more (default: with --connect none, else all that can be read)")
	c.Flags().StringVar(&devices, "devices", "", "with --device cuda: which devices, such as 0,1 (default: all)")
	_ = c.RegisterFlagCompletionFunc("device", cobra.FixedCompletions([]string{"cpu", deviceCUDA}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// deviceFlag is cpu or cuda.
type deviceFlag string

const deviceCUDA = "cuda"

func (d *deviceFlag) String() string { return cmp.Or(string(*d), "cpu") }

func (d *deviceFlag) Set(s string) error {
	if s != "cpu" && s != deviceCUDA {
		return errors.New("neither cpu nor cuda")
	}
	*d = deviceFlag(s)
	return nil
}

func (d *deviceFlag) Type() string { return "cpu|cuda" }

// workOnCUDA becomes ziplaw-cuda, which is told the servers by its environment.
func (a *app) workOnCUDA(ctx context.Context, devices string) error {
	program, _, err := CUDADevices(ctx)
	if err != nil {
		return err
	}
	env, servers := os.Environ(), []string(nil)
	if !a.Flags.Connect {
		s, err := a.Open(ctx)
		if err != nil {
			return err
		}
		for _, v := range environment(s) {
			servers = append(servers, v.name+"="+v.value)
		}
		env = append(withoutServers(env), servers...)
		s.Close()
	}
	args := []string{program, "worker", "--data-dir", a.Flags.DataDir, "--output", (*console.Output)(&a.JSON).String()}
	if devices != "" {
		args = append(args, "--devices", devices)
	}
	if c := a.Flags.Documents(); c.Dir != "" {
		args = append(args, "--cache-dir", c.Dir)
	}
	if a.Flags.Cache > 0 {
		args = append(args, "--cache-size", strconv.FormatInt(int64(a.Flags.Cache), 10))
	}
	if a.Flags.LogFile != "" {
		args = append(args, "--log-file", a.Flags.LogFile)
	}
	return fmt.Errorf("start %s: %w", program, syscall.Exec(program, args, env))
}

// reconnectInterval is how often a worker looks for the servers that it has lost.
const reconnectInterval = time.Second

// work works until ctx ends. Servers that go, with the process that owned them, come back with the next one: the worker waits.
func (a *app) work(ctx context.Context) error {
	for connected := false; ; {
		worked, err := a.workOnce(ctx)
		connected = connected || worked
		if !connected { // there was nothing to lose
			return err
		}
		if worked && ctx.Err() == nil {
			a.Note("the servers have gone; waiting for them to come back")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(reconnectInterval):
		}
	}
}

// workOnce works with the servers that are there now, until they have gone or ctx ends. False says that it never began.
func (a *app) workOnce(ctx context.Context) (worked bool, err error) {
	s, err := a.Open(ctx)
	if err != nil {
		return false, err
	}
	defer s.Close()
	if err := a.StartWorker(ctx, s); err != nil {
		return false, err
	}
	a.Note("working; interrupt to stop")
	a.WatchRoom(ctx, s)
	select {
	case <-ctx.Done():
		a.Note("stopping: cells write a checkpoint; interrupt again to stop at once")
	case <-s.Lost():
	}
	return true, nil
}
