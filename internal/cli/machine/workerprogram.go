package machine

import (
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// WorkerProgram is the worker as a program of its own, which has no servers.
const WorkerProgram = "ziplaw-worker"

// WorkerRoot is the command ziplaw worker with --connect.
func WorkerRoot(c *console.App) *cobra.Command {
	a := &app{c}
	root := a.workerCommand()
	work := root.RunE
	a.Understand(root)
	root.RunE = work
	root.Use, root.Short = WorkerProgram, "Run a worker for servers that the environment names, until Ctrl-C"
	root.Long = `ziplaw-worker is ziplaw worker --connect in a program without servers, for the machines of a cluster: it works on whatever studies
run on any Temporal (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, or a profile of
TEMPORAL_CONFIG_FILE) and any S3 (ZIPLAW_S3_ENDPOINT, ZIPLAW_S3_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
AWS_REGION), until Ctrl-C or SIGTERM. Any number of workers share a study's cells.

It reads those files alone that lie in the folders of --allow-files, and of environment variables in specs ${GOROOT} alone,
which is such a folder where it is named. With --device cuda it starts ziplaw-cuda.`
	root.Example = `  TEMPORAL_ADDRESS=temporal:7233 ZIPLAW_S3_ENDPOINT=http://minio:9000 ziplaw-worker --threads 8 --memory 32GiB
  ziplaw-worker --cache-dir /scratch/ziplaw --cache-size 50GiB --log-file /var/log/ziplaw.log
  ziplaw-worker --allow-files /data/corpora`
	a.Flags.RegisterWorker(root, &a.JSON)
	root.AddCommand(a.versionCommand())
	return root
}
