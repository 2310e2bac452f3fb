// Package emultest lets tests run on the emulated driver of package emul.
//
// A test binary that links gorgonia.org/cu needs a driver before its first line runs: the loader looks for libcuda.so.1, and cu's
// init ends a process whose driver has no device. So this package's init, which comes before cu's, builds the emulated driver and
// starts the binary again with it. The stub of gpu/tools/env.sh --test is what the binary is loaded with at first.
//
//	func TestMain(m *testing.M) { emultest.Main(m) }
//
// The kernels are those of testdata/kernels.cu where the package under test has one, else the product's. With ZIPLAW_DRIVER=system
// tests run on the driver that the loader finds; they are built without --test then.
package emultest

// Only packages that cu imports too may be imported here: init functions run in the order of import paths, as soon as what a package
// imports is ready (Go specification, "Program initialization"), and this one must come before cu's.
import (
	"os"
	"syscall"
)

// started is set, to the folder of the driver, in a process that runs with it.
const started = "ZIPLAW_EMULATED_DRIVER"

func init() {
	if os.Getenv("ZIPLAW_DRIVER") == "system" || os.Getenv(started) != "" {
		return
	}
	dir, err := Build(kernels())
	if err == nil {
		err = syscall.Exec("/proc/self/exe", os.Args, Env(dir))
	}
	os.Stderr.WriteString("emultest: " + err.Error() + "\n")
	os.Exit(2)
}

// Main runs a package's tests. Importing this package has started the binary with the emulated driver before.
func Main(m interface{ Run() int }) { os.Exit(m.Run()) }

// Dir is the folder of the emulated driver that this process runs with; empty with another driver.
func Dir() string { return os.Getenv(started) }

// Env is this process's environment with the driver of a folder, and with settings such as ZIPLAW_EMUL_ORDER=reversed: for starting
// programs.
func Env(dir string, settings ...string) []string {
	var env []string
	for _, e := range os.Environ() {
		if !names(e, "LD_LIBRARY_PATH") && !names(e, started) {
			env = append(env, e)
		}
	}
	return append(append(env, "LD_LIBRARY_PATH="+dir, started+"="+dir), settings...)
}

func names(e, name string) bool {
	return len(e) > len(name) && e[:len(name)] == name && e[len(name)] == '='
}

// Build builds the driver and a file of kernels, the product's where it is empty, once per state of their sources.
func Build(kernels string) (dir string, err error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	args := []string{"bash", root + "/gpu/emul/dir.sh"}
	if kernels != "" {
		args = append(args, kernels)
	}
	return output(args)
}

// kernels is the file of the package under test, in whose folder go test runs it.
func kernels() string {
	const own = "testdata/kernels.cu"
	if _, err := os.Stat(own); err != nil {
		return ""
	}
	return own
}
