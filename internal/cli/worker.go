package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
)

func (a *app) workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "worker",
		Short: "Run another worker until Ctrl-C",
		Long: `Run a worker for servers that run elsewhere, until Ctrl-C or SIGTERM: those of the data folder, or with --connect
any Temporal (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, or a profile of
TEMPORAL_CONFIG_FILE) and any S3 (ZIPLAW_S3_ENDPOINT, ZIPLAW_S3_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
AWS_REGION). Any number of workers share a study's cells.`,
		Example: `  ziplaw worker --threads 4
  TEMPORAL_ADDRESS=temporal:7233 ZIPLAW_S3_ENDPOINT=http://minio:9000 ziplaw worker --connect`,
		Args: exactly(0),
		RunE: func(c *cobra.Command, args []string) error {
			a.flags.join = true
			return a.withSession(a.work)(c, args)
		},
	}
}

func (a *app) work(ctx context.Context, s *session, _ []string) error {
	if err := a.startWorker(s); err != nil {
		return err
	}
	a.note("working; interrupt to stop")
	select {
	case <-ctx.Done():
		a.note("stopping: cells write a checkpoint; interrupt again to stop at once")
		return nil
	case <-s.lost():
		return &ziplaw.Error{Code: ziplaw.CodeInternal, Message: "the servers have gone", Hint: "ziplaw up starts them again"}
	}
}
