package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/worker"
)

// flags are the flags that all commands share.
type flags struct {
	dataDir    string
	connect    bool
	threads    int
	memory     size
	temporal   port
	s3         port
	ui         port
	logFile    string
	cacheDir   string
	allowFiles []string // of ziplaw worker
	files      corpus.Access
	cache      size
	join       bool // of the command, not a flag: it starts no servers
	serve      bool // of the command, not a flag: it runs the servers for whoever comes
}

// uiPort is where the web UI is served, negative for nowhere.
func (f *flags) uiPort() int {
	if f.ui == 0 && !f.serve {
		return -1
	}
	return int(f.ui)
}

func (f *flags) register(root *cobra.Command, json *bool) {
	f.registerOutput(root, json, "folder of studies, servers and logs")
	f.registerWork(root)
	p := root.PersistentFlags()
	p.BoolVar(&f.connect, "connect", false, "use the servers that the environment names (TEMPORAL_ADDRESS, ZIPLAW_S3_ENDPOINT, ...), not the data folder's")
	p.Var(&f.temporal, "temporal-port", "port of the Temporal server (default: the last one, or a free one)")
	p.Var(&f.s3, "s3-port", "port of the S3 server (default: the last one, or a free one)")
	p.Var(&f.ui, "ui-port", "port of Temporal's web UI, or off (default: off, and with ziplaw up the last one, or a free one)")
}

// registerOutput adds the flags of what a program says, and where: every program has them.
func (f *flags) registerOutput(root *cobra.Command, json *bool, folder string) {
	p := root.PersistentFlags()
	p.StringVar(&f.dataDir, "data-dir", ".ziplaw", folder)
	p.Var((*output)(json), "output", "text or json")
	p.StringVar(&f.logFile, "log-file", "", "file for all logs (default: files in DATA-DIR/logs)")
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
}

// registerWork adds the flags of how much of the machine a worker takes.
func (f *flags) registerWork(root *cobra.Command) {
	p := root.PersistentFlags()
	p.IntVar(&f.threads, "threads", runtime.GOMAXPROCS(0), "cells that train at once")
	p.Var(&f.memory, "memory", "most memory of the cells that train at once, such as 4GiB (default 3/4 of the machine's)")
	f.registerCache(root)
}

// registerCache adds the flags of the cache of documents.
func (f *flags) registerCache(root *cobra.Command) {
	p := root.PersistentFlags()
	p.StringVar(&f.cacheDir, "cache-dir", "", "folder of the documents that workers have fetched (default: DATA-DIR/cache, and the user's cache folder with --connect)")
	p.Var(&f.cache, "cache-size", "most bytes of that folder, such as 4GiB (default 8GiB); what a cell still reads stays until it ends")
}

// restrict says which files specs may name on this worker: on servers of one's own all that can be read, since nobody else gets in.
func (f *flags) restrict() error {
	if !f.connect && len(f.allowFiles) == 0 {
		return nil
	}
	folders := make([]string, len(f.allowFiles))
	for i, folder := range f.allowFiles {
		var err error
		if folders[i], err = absolute(folder); err != nil {
			return err
		}
	}
	var err error
	if f.files, err = corpus.AllowedFolders(folders); err != nil {
		return usage("--allow-files", "name folders that are there", "%v", err)
	}
	return nil
}

// documents is the cache of a worker's documents.
func (f *flags) documents() worker.Cache {
	c := worker.Cache{Dir: f.cacheDir, Bytes: int64(f.cache)}
	if c.Dir == "" && !f.connect {
		c.Dir = filepath.Join(f.dataDir, "cache")
	}
	return c
}

// check completes the flags. Paths become absolute here: the S3 server changes the working directory.
func (f *flags) check() error {
	if f.threads < 1 {
		return usage("--threads", "at least 1", "%d threads", f.threads)
	}
	for _, p := range []struct {
		flag string
		port port
	}{{"--temporal-port", f.temporal}, {"--s3-port", f.s3}} {
		if p.port < 0 {
			return usage(p.flag, "only --ui-port may be off", "off is no port")
		}
	}
	for _, path := range []*string{&f.dataDir, &f.logFile, &f.cacheDir} {
		if *path == "" {
			continue
		}
		at, err := absolute(*path)
		if err != nil {
			return err
		}
		*path = at
	}
	if f.memory == 0 {
		f.memory = size(machineMemory() / 4 * 3)
	}
	if f.memory < leastMemory {
		return usage("--memory", "such as 4GiB", "%s is less than 64 MiB", f.memory.String())
	}
	return nil
}

const leastMemory = 64 << 20

func usage(field, hint, format string, args ...any) error {
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: field, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// output is a flag of two values: json, or not.
type output bool

func (o *output) String() string {
	if *o {
		return "json"
	}
	return "text"
}

func (o *output) Set(s string) error {
	if s != "text" && s != "json" {
		return errors.New("neither text nor json")
	}
	*o = s == "json"
	return nil
}

func (o *output) Type() string { return "text|json" }

// size is a flag in bytes.
type size int64

func (s *size) String() string {
	if *s == 0 {
		return ""
	}
	return humanize.IBytes(uint64(*s))
}

func (s *size) Set(text string) error {
	n, err := humanize.ParseBytes(text)
	if err != nil || n > 1<<62 {
		return errors.New("no size such as 4GiB")
	}
	*s = size(n)
	return nil
}

func (s *size) Type() string { return "size" }

// port is a flag: 0 for any, -1 for off.
type port int

func (p *port) String() string {
	if *p == 0 {
		return ""
	}
	return strconv.Itoa(int(*p))
}

func (p *port) Set(text string) error {
	if text == "off" {
		*p = -1
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 65535 {
		return errors.New("no port from 1 to 65535")
	}
	*p = port(n)
	return nil
}

func (p *port) Type() string { return "port" }
