// Command ringfence is the device edge of a hosted phone system in one binary:
// management API, provisioning server, SIP registrar and B2BUA, with a fence
// around every phone.
//
// This package is the one place that knows every room, and the only one that
// reads flags, environment and signals.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit statuses.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(realMain(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// commands is the command line.
type commands struct {
	Serve serveCommand `cmd:"" help:"Run the server."`
	Demo  demoCommand  `cmd:"" help:"Show all of it on loopback: two simulated phones fetch their configuration, register and call each other."`
}

// realMain runs one command and returns the exit status. What went wrong is one
// line on stderr.
func realMain(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var cli commands
	status := -1
	parser, err := kong.New(&cli,
		kong.Name("ringfence"),
		kong.Description("SIP registrar and B2BUA with a fence around every phone."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { status = code }), // --help
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 120}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.BindTo(stdout, (*io.Writer)(nil)),
	)
	if err != nil {
		return complain(stderr, err, exitFailure)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if status >= 0 {
		return status
	}
	if err != nil {
		return complain(stderr, err, exitUsage)
	}
	if err := command.Run(); err != nil {
		return complain(stderr, err, exitFailure)
	}
	return exitOK
}

func complain(stderr io.Writer, err error, status int) int {
	fmt.Fprintf(stderr, "ringfence: %s\n", strings.ReplaceAll(err.Error(), "\n", "; "))
	return status
}
