// Command loadgen drives a server as many phones, or as many strangers, and
// tells what it made of them: how many registrations, calls or packets a second,
// how long they waited, what they cost in processor time and memory. For most of
// it the server may be any; the accounts of its phones come from a file.
//
// It is built to be much cheaper than what it measures: raw messages, batches,
// digests of what is known beforehand, both ends of all calls in one goroutine.
// So it understands no more of SIP than what it has asked for, and is no test of
// what the answers say.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
)

// commands are the first argument.
var commands = []struct {
	name, help string
	run        func(ctx context.Context, args []string, out io.Writer) error
}{
	{"phones", "makes phones, over the API or in a data folder; prints their accounts", makePhones},
	{"wait", "waits until a server answers OPTIONS", waitForServer},
	{"register", "registers phones again and again, or each once", register},
	{"flood", "registers phones while strangers send what they like", flood},
	{"memory", "starts a server with many phones and tells what it needs", memory},
	{"calls", "makes complete calls between phones, again and again", makeCalls},
	{"morning", "switches many desk phones on, which fetch their configuration and register", morning},
	{"held", "puts calls up and tells what each takes", holdCalls},
	{"rtp", "sends the media of many calls through the server, or through rtpengine", sendMedia},
	{"soak", "makes very many calls; fails when the server has grown by them", soak},
	{"reconcile", "kills the server among calls; fails when a call record is wrong", reconcile},
	{"table", "the medians of what was written with -row", table},
}

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "loadgen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		for _, c := range commands {
			if c.name == args[0] {
				return c.run(ctx, args[1:], out)
			}
		}
	}
	for _, c := range commands {
		fmt.Fprintf(out, "loadgen %-9s %s\n", c.name, c.help)
	}
	return fmt.Errorf("which command? -h after it lists its flags")
}

// parse reads the flags of a command; there is nothing else on its line.
func parse(f *flag.FlagSet, args []string) error {
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%s: what is %q?", f.Name(), f.Arg(0))
	}
	return nil
}
