/**
 * Parts of conditions that can be left out without a change to what the rule says of any event: they are there to be read,
 * to be asked first, or to wait for the user. Everything else in a condition must be missed by a fixture or by a scene.
 */

type Explained = Readonly<Record<string, readonly (readonly [rule: string, part: string])[]>>;

/** Why, then the rules and how the part begins. */
export const SAID_TWICE: Explained = {
  'only this event has the argument that is compared': [
    ['BPF Program Not Profiled', 'evt.type = bpf'],
    ['Set Setuid or Setgid bit', 'evt.type in (chmod,'],
    ['Container Drift Detected (chmod)', 'evt.type in (chmod,'],
    ['File Made Executable By A Server Or Under A Hidden Name', 'evt.type in (chmod,'],
    ['Change namespace privileges via unshare', 'evt.type = unshare'],
    ['PTRACE anti-debug attempt', 'evt.type = ptrace'],
    ['Packet socket created in container', 'evt.type = socket'],
    ['Create files below dev', 'evt.type in (open,'],
    ['Container Drift Detected (open+create)', 'evt.type in (creat,'],
  ],
  'a call that fails has no path and no file': [
    ['Modify binary dirs', 'evt.rawres = 0'],
    ['Mkdir binary dirs', 'evt.rawres = 0'],
    ['Shell History Linked To Nowhere', 'evt.type in (symlink, symlinkat) and evt.rawres = 0'],
    ['Create files below dev', 'fd.num >= 0'],
    ['Privileged Container Device Access', 'fd.num >= 0'],
  ],
  'only containers are privileged, and have namespaces and images': [
    ['Debugfs Launched in Privileged Container', 'container.id != host'],
    ['Mount Launched in Privileged Container', 'container.id != host'],
    ['Network Connection outside Local Subnet', 'container.id != host'],
    [
      'Outbound or Inbound Traffic not to Authorized Server Process and Port',
      'container.id != host',
    ],
  ],
  'what has such an address or path is no other kind of file': [
    ['Container Runtime Socket Contacted From Container', 'fd.type = unix'],
    ['Contact K8S API Server From Container', 'fd.typechar = 4'],
    ['Outbound Connection to C2 Servers', 'fd.typechar in (4, 6)'],
  ],
  'for the user: networks and programs that are in no other list yet': [
    ['Unexpected inbound connection source', 'not fd.cip in (127.0.0.1)'],
    ['Unexpected outbound connection destination', 'not fd.sip in (127.0.0.1)'],
    ['Run shell untrusted', 'not proc.pname in (needrestart,'],
  ],
  'processes that the recording does not know have no name, and ours knows all of its own': [
    ['Write below root', 'not proc.name in (<NA>, N/A)'],
    ['PTRACE attached to process', 'not proc.name in (<NA>, N/A)'],
    ['PTRACE anti-debug attempt', 'not proc.name in (<NA>, N/A)'],
    ['Change thread namespace', 'not proc.name in (<NA>, N/A)'],
    ['Read sensitive file untrusted', 'not proc.name in (<NA>, N/A)'],
  ],
  'programs in memory have no path, nor brackets': [
    ['Program Masquerades As Kernel Thread', 'proc.exepath startswith /'],
  ],
};

export const SAID_TWICE_ABOUT_LOGS: Explained = {
  'for the user: none of the accounts in the list is one of the system': [
    ['Full K8s Administrative Access', 'not ka.user.name startswith system:'],
  ],
};
