package machine

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/worker"
)

// CUDA is what package gpu brings to ziplaw-cuda.
type CUDA struct {
	// Devices lists the devices of this machine.
	Devices func() ([]DeviceInfo, error)
	// Open makes a device ready, in each of its arithmetics.
	Open func(ordinal int) (activities.Faces, error)
	// Verify runs all parts of ziplaw-cuda verify.
	Verify func(context.Context, VerifyOptions) (Verified, error)
	// VerifyPart runs the part that the options name, in this process.
	VerifyPart func(context.Context, VerifyOptions) error
}

// VerifyOptions are those of ziplaw-cuda verify.
type VerifyOptions struct {
	Out      string
	Limit    time.Duration
	Small    bool
	Version  string    // of this program
	Progress io.Writer // takes a line for each part

	Part string        // of a process for one part: its name,
	Box  time.Duration // its time,
	From int           // and where it begins
}

// Verified is what ziplaw-cuda verify prints, and how it ends.
type Verified struct {
	Result any // for JSON
	Text   string
	Failed bool
}

// DeviceInfo is a device as ziplaw-cuda devices prints it.
type DeviceInfo struct {
	Ordinal    int    `json:"ordinal"`
	Name       string `json:"name"`
	UUID       string `json:"uuid"`
	Memory     int64  `json:"memory"`             // bytes
	Capability string `json:"compute_capability"` // such as 9.0
	Driver     string `json:"driver"`             // version of the driver's interface
	Numerics   string `json:"numerics"`           // what a spec may name: the arithmetic in float32
	// Arithmetics are all that a spec may name, that in float32 first.
	Arithmetics []string `json:"arithmetics"`
}

// CUDARoot is the command ziplaw-cuda.
func CUDARoot(c *console.App, cuda CUDA) *cobra.Command {
	a := &app{c}
	root := &cobra.Command{
		Use:   CUDAProgram,
		Short: "Train the cells of ziplaw's studies on CUDA devices",
		Long: `ziplaw-cuda is a worker for studies with numerics: cuda. It trains their cells on this machine's CUDA devices; everything
else of a study is done by ziplaw. ziplaw worker --device cuda starts it.`,
		Example: `  ziplaw-cuda devices
  TEMPORAL_ADDRESS=temporal:7233 ZIPLAW_S3_ENDPOINT=http://minio:9000 ziplaw-cuda worker`,
	}
	a.Understand(root)
	a.Flags.RegisterCUDA(root, &a.JSON)
	root.AddCommand(a.devicesCommand(cuda), a.cudaWorkerCommand(cuda), a.verifyDeviceCommand(cuda), a.versionCommand())
	return root
}

func (a *app) devicesCommand(cuda CUDA) *cobra.Command {
	return &cobra.Command{
		Use:   "devices",
		Short: "List the CUDA devices of this machine",
		Long: `List the CUDA devices of this machine: name, memory, compute capability, and the numerics that a spec may name where workers
have several kinds of device, one for each precision.`,
		Example: `  ziplaw-cuda devices --output json`,
		Args:    console.Exactly(0),
		RunE: func(*cobra.Command, []string) error {
			devices, err := cuda.Devices()
			if err != nil {
				return err
			}
			return a.Value(devices, func(w io.Writer) error {
				rows := [][]string{{"DEVICE", "NAME", "MEMORY", "CAPABILITY", "DRIVER", "NUMERICS"}}
				for _, d := range devices {
					rows = append(rows, []string{fmt.Sprint(d.Ordinal), d.Name, humanize.IBytes(uint64(d.Memory)), d.Capability, d.Driver, d.Numerics})
					for _, other := range d.Arithmetics[1:] {
						rows = append(rows, []string{"", "", "", "", "", other})
					}
				}
				return console.Table(w, rows)
			})
		},
	}
}

func (a *app) verifyDeviceCommand(cuda CUDA) *cobra.Command {
	o := VerifyOptions{Version: console.Code().Version}
	c := &cobra.Command{
		Use:   "verify",
		Short: "Verify the first CUDA device of this machine against the CPU, and measure its speed",
		Long: `Verify the first CUDA device of this machine, and write result.json and result.html into a folder: operations against
references and against the CPU bit by bit, training against Hugging Face transformers and the CPU, the same run twice, with
graphs and without, killed and resumed, and tokens per second for six sizes of model. CUDA_VISIBLE_DEVICES chooses another
device.

Each part has a process and a time of its own; what the limit leaves out is marked. The exit code is 1 where a part failed.`,
		Example: `  ziplaw-cuda verify --out results
  CUDA_VISIBLE_DEVICES=1 ziplaw-cuda verify --limit 5m`,
		Args: console.Exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, stop := console.UntilSignal(c.Context())
			defer stop()
			if o.Part != "" {
				return cuda.VerifyPart(ctx, o)
			}
			o.Progress = a.Err
			v, err := cuda.Verify(ctx, o)
			if err != nil {
				return err
			}
			if err := a.Value(v.Result, func(w io.Writer) error { _, err := io.WriteString(w, v.Text); return err }); err != nil {
				return err
			}
			if v.Failed {
				return console.Exit(console.ExitFailure)
			}
			return console.Interrupted(ctx, ctx.Err())
		},
	}
	f := c.Flags()
	f.StringVar(&o.Out, "out", "gpu-verify", "folder of result.json and result.html")
	f.DurationVar(&o.Limit, "limit", verifyLimit, "time for all parts")
	f.BoolVar(&o.Small, "small", false, "sizes for the emulated driver (default: by the device)")
	f.StringVar(&o.Part, "part", "", "run one part in this process")
	f.DurationVar(&o.Box, "box", time.Minute, "time of the one part")
	f.IntVar(&o.From, "from", 0, "first item of the one part")
	_, _, _ = f.MarkHidden("part"), f.MarkHidden("box"), f.MarkHidden("from")
	return c
}

// verifyLimit leaves some of the ten minutes that machines with a GPU are often lent for.
const verifyLimit = 8*time.Minute + 30*time.Second

func (a *app) cudaWorkerCommand(cuda CUDA) *cobra.Command {
	var ordinals []int
	c := &cobra.Command{
		Use:   "worker",
		Short: "Train cells on the CUDA devices of this machine until Ctrl-C",
		Long: `Train cells of studies with numerics: cuda on the devices of this machine, one cell a device, until Ctrl-C or SIGTERM. The
servers are those that the environment names, as for ziplaw worker --connect. A device that is lost takes no more cells, and
the cell that it trained goes on elsewhere; without a device left the worker ends.`,
		Example: `  ziplaw-cuda worker
  ziplaw-cuda worker --devices 0,1`,
		Args: console.Exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			return console.UntilInterrupted(c, func(ctx context.Context) error { return a.workOnDevices(ctx, cuda, ordinals) })
		},
	}
	c.Flags().IntSliceVar(&ordinals, "devices", nil, "which devices, as ziplaw-cuda devices numbers them (default: all)")
	return c
}

// workOnDevices opens the devices once, and works until ctx ends or the last of them is lost.
func (a *app) workOnDevices(ctx context.Context, cuda CUDA, ordinals []int) error {
	pool, closeAll, err := openDevices(ctx, cuda, ordinals, a.Note)
	if err != nil {
		return err
	}
	defer closeAll()
	s, err := a.Open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	w, err := worker.StartCUDA(s.Client, s.Store, console.Code(), pool, a.Flags.Documents())
	if err != nil {
		return err
	}
	s.OnClose(func() { console.StopWorker(w, console.StillSaving, a.Note) })
	a.Note("working on %d device%s (%s); interrupt to stop", pool.Size(), console.Plural(pool.Size()), strings.Join(pool.Arithmetics(), ", "))
	select {
	case <-ctx.Done():
		a.Note("stopping: cells write a checkpoint; interrupt again to stop at once")
		return nil
	case <-pool.Gone():
		return &ziplaw.Error{Code: ziplaw.CodeInternal, Message: "no device is left: the driver has lost all of them; their cells go on elsewhere",
			Hint: "see nvidia-smi and the kernel's log for an Xid, then start the worker again"}
	}
}

// openDevices opens devices of one kind, which a pool lends to cells.
func openDevices(ctx context.Context, cuda CUDA, ordinals []int, note func(string, ...any)) (pool *activities.Pool, closeAll func(), err error) {
	infos, err := cuda.Devices()
	if err != nil {
		return nil, nil, err
	}
	if infos, err = choose(infos, ordinals); err != nil {
		return nil, nil, err
	}
	var devices []activities.Faces
	closeAll = func() {
		for _, d := range slices.Concat(devices...) {
			_ = d.Close() // the process ends
		}
	}
	least := infos[0].Memory
	for _, info := range infos {
		note("opening device %d, %s; the first time the driver compiles the kernels for it", info.Ordinal, info.Name)
		d, err := cuda.Open(info.Ordinal)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		devices, least = append(devices, d), min(least, info.Memory)
	}
	return activities.NewPool(gpu.Room(least), devices...), closeAll, nil
}

// choose picks devices by their numbers, all where none is named. They must be of one kind.
func choose(infos []DeviceInfo, ordinals []int) ([]DeviceInfo, error) {
	chosen := infos
	if len(ordinals) > 0 {
		chosen = nil
		for i, o := range ordinals {
			if o < 0 || o >= len(infos) {
				return nil, console.Usage("--devices", "see ziplaw-cuda devices", "there is no device %d", o)
			}
			if slices.Contains(ordinals[:i], o) {
				return nil, console.Usage("--devices", "name each once", "device %d is named twice", o)
			}
			chosen = append(chosen, infos[o])
		}
	}
	if len(chosen) == 0 {
		return nil, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: "this machine has no CUDA device", Hint: "see ziplaw doctor"}
	}
	var kinds []string
	for i, d := range chosen {
		if i == 0 || d.Numerics != chosen[0].Numerics {
			kinds = append(kinds, d.Numerics)
		}
	}
	if len(kinds) > 1 {
		return nil, console.Usage("--devices", "name those of one kind, and start a worker for each kind", "devices of several kinds: %s", strings.Join(kinds, ", "))
	}
	return chosen, nil
}
