package cli

import (
	"github.com/spf13/cobra"
)

// workerProgram is the worker as a program of its own, which has no servers.
const workerProgram = "ziplaw-worker"

// MainWorker runs the command line of ziplaw-worker and returns the exit code.
func (p Program) MainWorker(args []string) int {
	a := p.app(workerProgram, args)
	return a.execute(a.workerRoot(), args)
}

// workerRoot is the command ziplaw worker with --connect.
func (a *app) workerRoot() *cobra.Command {
	root := a.workerCommand()
	work := root.RunE
	a.understand(root)
	root.RunE = work
	root.Use, root.Short = workerProgram, "Run a worker for servers that the environment names, until Ctrl-C"
	root.Long = `ziplaw-worker is ziplaw worker --connect in a program without servers, for the machines of a cluster: it works on whatever studies
run on any Temporal (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, or a profile of
TEMPORAL_CONFIG_FILE) and any S3 (ZIPLAW_S3_ENDPOINT, ZIPLAW_S3_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
AWS_REGION), until Ctrl-C or SIGTERM. Any number of workers share a study's cells.

It reads those files alone that lie in the folders of --allow-files, and of environment variables in specs ${GOROOT} alone,
which is such a folder where it is named. With --device cuda it starts ziplaw-cuda.`
	root.Example = `  TEMPORAL_ADDRESS=temporal:7233 ZIPLAW_S3_ENDPOINT=http://minio:9000 ziplaw-worker --threads 8 --memory 32GiB
  ziplaw-worker --cache-dir /scratch/ziplaw --cache-size 50GiB --log-file /var/log/ziplaw.log
  ziplaw-worker --allow-files /data/corpora`
	a.flags.registerWorker(root, &a.json)
	root.AddCommand(a.versionCommand())
	return root
}

// registerWorker registers the flags of a worker that connects to servers of elsewhere.
func (f *flags) registerWorker(root *cobra.Command, json *bool) {
	f.registerOutput(root, json, "folder of logs")
	f.registerWork(root)
	p := root.PersistentFlags()
	p.BoolVar(&f.connect, "connect", true, "as it always does: use the servers that the environment names")
	_ = p.MarkHidden("connect")
}
