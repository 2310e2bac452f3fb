package infra

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

const (
	clusterName = "active"
	clusterID   = "6c1d8f0e-3f3a-4b7e-9f5e-0a4c6d1b2e01" // any fixed UUID
	// retention is how long Temporal remembers a finished workflow. A finished study answers from the store for ever.
	retention = 30 * 24 * time.Hour
)

// searchAttributes are made with the namespace.
var searchAttributes = map[string]enumspb.IndexedValueType{
	"ZiplawStudy":   enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"ZiplawDataSet": enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"ZiplawPhase":   enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	"ZiplawH":       enumspb.INDEXED_VALUE_TYPE_DOUBLE,
}

// startTemporal starts the server on a port, and returns when the frontend answers.
func startTemporal(database string, port int, d door, logFile string, o Options) (stop func(), err error) {
	sql, err := openDatabase(database, o.Program, o.Note)
	if err != nil {
		return nil, err
	}
	conf, hosts, err := serverConfig(sql, port)
	if err != nil {
		return nil, fmt.Errorf("Temporal server: %w", err)
	}
	server, err := temporal.NewServer(
		temporal.WithConfig(conf), temporal.ForServices(temporal.DefaultServices), temporal.WithStaticHosts(hosts),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()), temporal.WithTLSConfigFactory(d.everywhere()),
		temporal.WithLogger(serverLog(logFile)),
		temporal.WithDynamicConfigClient(dynamicconfig.StaticClient{
			dynamicconfig.EnableServerVersionCheck.Key():                     false, // nothing goes to other hosts
			dynamicconfig.HistoryCacheHostLevelMaxSize.Key():                 8096,
			dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
			dynamicconfig.TransferProcessorSchedulerWorkerCount.Key():        1, // more than one would shuffle the tasks
			dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():           1,
			dynamicconfig.MatchingNumTaskqueueWritePartitions.Key():          1,
			dynamicconfig.MatchingEnableFairness.Key():                       true,                  // studies of one priority take turns
			dynamicconfig.DefaultWorkflowTaskTimeout.Key():                   2 * time.Second,       // how long that of a killed process is missed
			dynamicconfig.TimerProcessorMaxTimeShift.Key():                   10 * time.Millisecond, // the default of 1 s is added to every timer
		}))
	if err != nil {
		return nil, fmt.Errorf("Temporal server: %w", err)
	}
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("Temporal server: start: %w", err)
	}
	return func() { _ = server.Stop() }, nil
}

// serverLog writes the server's errors to a file. One that ends the process, such as a port that was taken since it was
// chosen, also goes to standard error: nobody would look for it in the file.
func serverLog(file string) log.Logger {
	z := log.BuildZapLogger(log.Config{Level: "error", OutputFile: file})
	return log.NewZapLogger(z.WithOptions(zap.WithFatalHook(fatal{file})))
}

type fatal struct{ file string }

// OnWrite ends the process, as it must.
func (f fatal) OnWrite(e *zapcore.CheckedEntry, fields []zapcore.Field) {
	reason := e.Message
	for _, field := range fields {
		if field.Type == zapcore.ErrorType {
			reason = fmt.Sprint(field.Interface)
		}
	}
	fmt.Fprintf(os.Stderr, "error: Temporal server: %s\n  run the command again; %s says more\n", reason, f.file)
	os.Exit(1)
}

// serverConfig is a cluster of one host on loopback: each service on a port of its own. The frontend's HTTP API is off:
// any web page could start workflows through it.
func serverConfig(sql *config.SQL, port int) (*config.Config, map[primitives.ServiceName]static.Hosts, error) {
	frontend := address(port)
	conf := &config.Config{Services: map[string]config.Service{}, PublicClient: config.PublicClient{HostPort: frontend}}
	conf.Global.Membership = config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback}
	conf.Persistence = config.Persistence{
		DefaultStore: "sqlite", VisibilityStore: "sqlite", NumHistoryShards: 1,
		DataStores: map[string]config.DataStore{"sqlite": {SQL: sql}},
	}
	conf.ClusterMetadata = &cluster.Config{
		FailoverVersionIncrement: 10, MasterClusterName: clusterName, CurrentClusterName: clusterName,
		ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
			Enabled: true, InitialFailoverVersion: 1, RPCAddress: frontend, ClusterID: clusterID,
		}},
	}
	conf.DCRedirectionPolicy.Policy = "noop"
	const disabled = "disabled"
	conf.Archival.History.State, conf.Archival.Visibility.State = disabled, disabled
	conf.NamespaceDefaults.Archival.History.State, conf.NamespaceDefaults.Archival.Visibility.State = disabled, disabled
	hosts := map[primitives.ServiceName]static.Hosts{}
	for _, service := range []primitives.ServiceName{
		primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService,
	} {
		rpc := config.RPC{GRPCPort: port, BindOnIP: loopback}
		if service != primitives.FrontendService {
			own, err := freePort()
			if err != nil {
				return nil, nil, err
			}
			rpc = config.RPC{GRPCPort: own, BindOnIP: loopback}
		}
		conf.Services[string(service)] = config.Service{RPC: rpc}
		hosts[service] = static.SingleLocalHost(loopback + ":" + strconv.Itoa(rpc.GRPCPort))
	}
	return conf, hosts, nil
}

// healthy asks both servers.
func (s *Servers) healthy(ctx context.Context) error {
	if err := s3Healthy(ctx, s.state.Endpoint); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	c, err := client.DialContext(ctx, client.Options{
		HostPort: s.state.Address, Namespace: s.state.Namespace, Logger: quiet{}, ConnectionOptions: client.ConnectionOptions{TLS: s.TLS()},
	})
	if err != nil {
		return err
	}
	c.Close()
	return nil
}

type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

var _ sdklog.Logger = quiet{}
