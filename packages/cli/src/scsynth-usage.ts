/// The text of `heddle scsynth -h`: scsynth's own, then the flags that only Heddle has.
export const usage = `supercollider_synth  options:
   -v print the supercollider version and exit
   -u <udp-port-number>    a port number 0-65535
   -t <tcp-port-number>    a port number 0-65535
   -B <bind-to-address>
          Bind the UDP or TCP socket to this address.
          Default 127.0.0.1. Set to 0.0.0.0 to listen on all interfaces.
   -c <number-of-control-bus-channels> (default 16384)
   -a <number-of-audio-bus-channels>   (default 1024)
   -i <number-of-input-bus-channels>   (default 8)
   -o <number-of-output-bus-channels>  (default 8)
   -z <block-size>                     (default 64)
   -Z <hardware-buffer-size>           (default 0)
   -S <hardware-sample-rate>           (default 0)
   -b <number-of-sample-buffers>       (default 1024)
   -n <max-number-of-nodes>            (default 1024)
   -d <max-number-of-synth-defs>       (default 1024)
   -m <real-time-memory-size>          (default 8192)
   -w <number-of-wire-buffers>         (default 64)
   -r <number-of-random-seeds>         (default 64)
   -D <load synthdefs? 1 or 0>         (default 1)
   -R <publish to Rendezvous? 1 or 0>  (accepted, without effect)
   -l <max-logins>                     (default 64)
          maximum number of named return addresses stored
          also maximum number of tcp connections accepted
   -p <session-password>
          When using TCP, the session password must be the first command sent.
          The default is no password.
          UDP ports never require passwords, so for security use TCP.
   -N <cmd-filename> <input-filename> <output-filename> <sample-rate> <header-format> <sample-format>
   -I <input-streams-enabled>          (accepted, without effect)
   -O <output-streams-enabled>         (accepted, without effect)
   -L enable memory locking
   -H <hardware-device-name>
   -V <verbosity>
          0 is normal behaviour.
          -1 suppresses informational messages.
          -2 suppresses informational and many error messages, as well as
             messages from Poll.
          The default is 0.
   -U <ugen-plugins-path>              (accepted; see --ugens)
   -P <restricted-path>
          if specified, prevents file-accessing OSC commands from
          accessing files outside <restricted-path>.
   -C <number>                         (accepted, without effect)

Heddle's own:
   --allow <folder>
          another folder that commands may read and write, besides the working folder,
          the folder for temporary files and SuperCollider's. May be repeated.
   --ugens <module>
          with -N, a module that exports unit generators of your own. May be repeated.
   --cache <folder>
          keeps compiled definitions there, up to 64 MB, for the next start.
   --seed <number>                     of the random generators (default 0)
   --longest <seconds>                 with -N, refuse longer scores (default 86400)
   --strict
          /s_new fails while its definition is being made ready, as in scsynth.
   --websocket <port-number>           OSC for browsers
   --token <text>
          must stand in a WebSocket's address. Made up and printed where none is given.
   --origin <origin>
          pages from there may open a WebSocket, besides those of this machine. May be repeated.

To quit, send a 'quit' command via UDP or TCP, or press ctrl-C.
`;
