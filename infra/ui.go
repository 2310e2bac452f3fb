package infra

import (
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	uiapi "github.com/temporalio/ui-server/v2/server/api"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uiroute "github.com/temporalio/ui-server/v2/server/route"
	uiassets "github.com/temporalio/ui-server/v2/ui"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// startUI serves Temporal's web UI to browsers that a guard lets in.
func startUI(p ports, d door, g *uiGuard) (stop func(), err error) {
	conn, err := grpc.NewClient(address(p.Temporal), grpc.WithTransportCredentials(credentials.NewTLS(d.client())),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largestAnswer)))
	if err != nil {
		return nil, fmt.Errorf("web UI: %w", err)
	}
	pages, err := uiPages(conn, address(p.Temporal))
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("web UI: %w", err)
	}
	listener, err := net.Listen("tcp", address(p.UI))
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("web UI: %w", err)
	}
	server := &http.Server{Handler: g.guard(pages), ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(listener) }()
	return func() { _ = server.Close(); _ = conn.Close() }, nil
}

// largestAnswer is how many bytes the UI takes of the server at once.
const largestAnswer = 64 << 20

// uiPages are the parts of Temporal's UI server: its pages, and the API that they ask. Its own server would take anybody, and ask
// other hosts for releases.
func uiPages(conn *grpc.ClientConn, frontend string) (http.Handler, error) {
	settings, err := uiconfig.NewConfigProviderWithRefresh(&uiconfig.Config{
		TemporalGRPCAddress: frontend, EnableUI: true, DefaultNamespace: namespace, DisableNewsFetch: true, HideLogs: true,
	})
	if err != nil {
		return nil, err
	}
	assets, err := uiassets.Assets()
	if err != nil {
		return nil, err
	}
	if assets, err = fs.Sub(assets, "local"); err != nil {
		return nil, err
	}
	e := echo.New()
	api := e.Group("/api/v1")
	api.GET("/settings", uiapi.GetSettings(settings))
	api.GET("/ui-extensions", uiapi.GetUIExtensions(settings, uiapi.TemporalAccessCheck(conn, nil)))
	api.GET(uiapi.WorkflowRawHistoryUrl, uiapi.WorkflowRawHistoryHandler(workflowservice.NewWorkflowServiceClient(conn)))
	api.Any("/*", uiapi.TemporalAPIHandler(settings, nil, conn))
	uiroute.SetRenderRoute(e, "/")
	return e, uiroute.SetUIRoutes(e, "", assets, settings)
}
