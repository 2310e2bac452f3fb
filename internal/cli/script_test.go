package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/infra"
	"github.com/ziplaw/ziplaw/infra/infratest/older"
)

// TestScripts runs the scripts of testdata/script, one for each command. They run the real program, with servers in
// the script's folder, or in the folder of the ready study that many share.
func TestScripts(t *testing.T) {
	dir, err := filepath.Abs(filepath.Join("testdata", "script"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: dir, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{"tiny", "twin", "slow"} {
				e.Setenv(strings.ToUpper(name), filepath.Join(filepath.Dir(dir), name+".yaml"))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"endstudy": endStudy, "exits": exits, "json": jsonIs, "listening": listening, "newer": newer, "older": olderServer, "ready": readyStudy, "retry": retry,
			"samekeys": sameKeys, "sleep": sleep, "terminate": terminate, "valid": valid, "value": value,
		},
	})
}

// exits CODE PROGRAM [ARG...] runs a program that ends with an exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := exitCode(ts, ts.Exec(args[1], args[2:]...)); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func exitCode(ts *testscript.TestScript, err error) int {
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return failed.ExitCode()
	}
	ts.Check(err)
	return 0
}

// patience is how long a script waits for anything.
const patience = 30 * time.Second

// retry PATTERN PROGRAM [ARG...] runs a program again and again until its standard output holds a text.
func retry(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(patience); ; {
		err := ts.Exec(args[1], args[2:]...)
		if err == nil && strings.Contains(ts.ReadFile("stdout"), args[0]) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("no %q within %s: %v", args[0], patience, err)
		}
		time.Sleep(300 * time.Millisecond)
	}
}

// sleep DURATION waits.
func sleep(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	time.Sleep(d)
}

// terminate sends SIGTERM to the last program in the background.
func terminate(ts *testscript.TestScript, _ bool, _ []string) {
	all := ts.BackgroundCmds()
	ts.Check(all[len(all)-1].Process.Signal(syscall.SIGTERM))
}

// readyStudy sets $DATA to the data folder of the finished study tiny, whose servers run with a worker.
func readyStudy(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(ready.start())
	ts.Setenv("DATA", ready.data())
}

// olderServer DIR makes a data folder's database one of an older Temporal server.
func olderServer(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(older.Replace(ts.MkAbs(args[0])))
}

// endStudy terminate|cancel DIR STUDY REASON ends a study on the running servers of a data folder, as any client of Temporal may.
func endStudy(ts *testscript.TestScript, _ bool, args []string) {
	servers, err := infra.Open(context.Background(), infra.Options{DataDir: ts.MkAbs(args[1]), Join: true, UIPort: -1})
	ts.Check(err)
	defer servers.Close()
	address, namespace := servers.Temporal()
	c, err := client.Dial(client.Options{HostPort: address, Namespace: namespace, Identity: "tester",
		ConnectionOptions: client.ConnectionOptions{TLS: servers.TLS()}, Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	ts.Check(err)
	defer c.Close()
	id := ziplaw.WorkflowID(args[2])
	if args[0] == "cancel" {
		ts.Check(c.CancelWorkflow(context.Background(), id, ""))
		return
	}
	ts.Check(c.TerminateWorkflow(context.Background(), id, "", args[3]))
}

// newer DIR says that a program with a newer Temporal server has written a data folder's database.
func newer(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(older.Wrote(ts.MkAbs(args[0]), "1.99.0", "ziplaw v9 (abc)"))
}

// listening DIR waits for the servers that the last program in the background runs on a data folder.
func listening(ts *testscript.TestScript, _ bool, args []string) {
	all := ts.BackgroundCmds()
	ts.Check(serving(ts.MkAbs(args[0]), all[len(all)-1].Process.Pid))
}

// sameKeys LIST PLAN holds that two tables give the same cells the same keys.
func sameKeys(ts *testscript.TestScript, _ bool, args []string) {
	listed, planned := keysIn(ts.ReadFile(args[0])), keysIn(ts.ReadFile(args[1]))
	if len(listed) == 0 || !maps.Equal(listed, planned) {
		ts.Fatalf("%v\n%v", listed, planned)
	}
}

var cellKey = regexp.MustCompile(`(?m)^(\S+/s\d+) .*?\b([0-9a-f]{12})\b`)

func keysIn(table string) map[string]string {
	keys := map[string]string{}
	for _, row := range cellKey.FindAllStringSubmatch(table, -1) {
		keys[row[1]] = row[2]
	}
	return keys
}

// serving waits for a process's servers of a data folder.
func serving(dir string, pid int) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var state struct{ PID int }
		b, err := os.ReadFile(filepath.Join(dir, "servers.json"))
		if err == nil && json.Unmarshal(b, &state) == nil && state.PID == pid {
			return nil
		}
	}
	return fmt.Errorf("process %d runs no servers in %s", pid, dir)
}
