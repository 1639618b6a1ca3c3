#!/bin/bash
# Records DHCP, DHCPv6, LLDP and CDP of real programs: see README.md.
set -u
out=$(realpath "${1:?usage: record.sh FOLDER}")
work=$(mktemp -d)
tag=aulink$$
system='Linux-6.1.0-18-amd64:x86_64:GenuineIntel'

close() {
  local space
  for space in $(ip netns list | awk '{print $1}' | grep "^$tag-"); do
    ip netns pids "$space" | xargs -r kill 2>/dev/null
    ip netns del "$space"
  done
  rm -rf "$work"
}
trap close EXIT

on() { local space=$1; shift; ip netns exec "$tag-$space" "$@"; }
# host NAME MAC [BRIDGE] [INTERFACE]: a host with an interface on a bridge.
host() {
  local name=$1 mac=$2 bridge=${3:-br0} interface=${4:-eth0}
  ip netns list | grep -q "^$tag-$name\b" || { ip netns add "$tag-$name"; on "$name" ip link set lo up; }
  ip link add "$name-$bridge" netns "$tag-span" type veth peer name "$interface" netns "$tag-$name"
  on span ip link set "$name-$bridge" master "$bridge" up
  on "$name" ip link set "$interface" address "$mac"
  on "$name" ip link set "$interface" up
}
# record NAME SPACE INTERFACE FILTER: until `stop`.
record() { on "$2" tcpdump -Z root -i "$3" -U -s 0 -w "$work/$1.pcap" "$4" 2>"$work/tcpdump.log" & recorder=$!; sleep 1; }
# stop NAME TIME: the first packet is moved to that time of the laboratory's day.
stop() {
  sleep 1
  pkill -INT -P "$recorder" 2>/dev/null || kill -INT "$recorder"
  wait "$recorder" 2>/dev/null
  local first
  first=$(tcpdump -r "$work/$1.pcap" -tt -n -c 1 2>/dev/null | cut -d' ' -f1)
  editcap -F pcap -t "$(echo "$(date -ud "2026-03-02 $2" +%s) - $first" | bc)" "$work/$1.pcap" "$out/$1.pcap"
}
# As a host of another name, with folders of its own for what programs keep.
named() {
  local space=$1 name=$2
  shift 2
  on "$space" unshare -um sh -c "hostname $name; mount -t tmpfs none /run; mount -t tmpfs none /var/lib; mkdir /run/lldpd /var/lib/dhcpcd; $*"
}

ip netns add "$tag-span"
on span sysctl -qw net.ipv6.conf.all.disable_ipv6=1
# Bit 14 of the mask: let LLDP pass, which a bridge keeps to itself.
for bridge in br0 br1; do on span ip link add "$bridge" up type bridge group_fwd_mask 0x4000; done
host server 00:50:56:00:00:01
host console 00:09:0f:11:22:01
host gateway 00:1b:21:33:44:02
host ultrasound 3c:2a:f4:55:66:03
host thin 00:80:64:77:88:04 br1
host relay 00:1c:0f:99:aa:05
host relay 00:1c:0f:99:aa:06 br1 eth1
host switch 00:1c:0f:99:aa:10
host phone 00:04:f2:bb:cc:20
on server ip addr add 10.30.0.1/24 dev eth0
on server ip -6 addr add fd30::1/64 dev eth0 nodad
on server ip route add default via 10.30.0.254
on server ip -6 route add default via fd30::254
on relay sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
for net in 0 1; do
  on relay ip addr add "10.3$net.0.254/24" dev "eth$net"
  on relay ip -6 addr add "fd3$net::254/64" dev "eth$net" nodad
done
on switch ip addr add 10.30.0.2/24 dev eth0
on switch ip -6 addr add fd30::2/64 dev eth0 nodad
on phone ip addr add 10.30.0.77/24 dev eth0
# Link-local addresses are used once they are known to be unique.
sleep 3

printf '#!/bin/sh\n[ "$reason" = BOUND ] && ip addr add $new_ip_address/24 dev $interface\nexit 0\n' >"$work/bind"
printf '#!/bin/sh\ncase $1 in bound) ip addr add $ip/24 dev $interface;; esac\nexit 0\n' >"$work/ubind"
chmod +x "$work/bind" "$work/ubind"
cat >"$work/dhclient.conf" <<X
send host-name "ct-console-2";
send fqdn.fqdn "ct-console-2.radiology.example";
send fqdn.encoded on;
request subnet-mask, broadcast-address, routers, domain-name, domain-name-servers, host-name;
X
for name in ct-console-2.radiology.example thin-client-9; do
  printf 'send fqdn.fqdn "%s";\nrequest dhcp6.name-servers, dhcp6.domain-search, dhcp6.fqdn;\n' "$name" >"$work/$name.conf"
done
echo "vendclass 40712 dhcpcd-9.4.1:$system" >"$work/dhcpcd.conf"
touch "$work/console.leases" "$work/console6.leases" "$work/thin6.leases"

server=(dnsmasq --no-daemon --conf-file=/dev/null --port=0 --user=root --bind-dynamic --no-ping --pid-file=)
on server "${server[@]}" --interface=eth0 --dhcp-authoritative --domain=ward.example \
  --dhcp-range=10.30.0.100,10.30.0.150,12h --dhcp-range=10.31.0.100,10.31.0.150,255.255.255.0,12h \
  --dhcp-range=fd30::100,fd30::1ff,64,12h --dhcp-range=fd31::100,fd31::1ff,64,12h \
  --dhcp-option=option:router,10.30.0.254 --dhcp-leasefile="$work/leases" 2>"$work/server.log" &
sleep 1

# dhclient -4|-6 SPACE ARGUMENTS…
client() { local family=$1 space=$2; shift 2; on "$space" timeout 8 dhclient "$family" -1 -d -pf "$work/pid" -sf "$work/bind" "$@" eth0; }

record dhcp-leases span br0 'arp or port 67 or port 68'
client -4 console -cf "$work/dhclient.conf" -lf "$work/console.leases" &
sleep 2
# Renews on SIGUSR1 and gives the address back on SIGUSR2.
on gateway timeout 12 busybox udhcpc -f -i eth0 -s "$work/ubind" -x hostname:infusion-gw-7 -R &
for signal in USR1 USR2; do
  sleep 2
  for pid in $(ip netns pids "$tag-gateway"); do grep -aq '^busybox' "/proc/$pid/cmdline" && kill -"$signal" "$pid"; done
done
sleep 1
named ultrasound ultrasound-4 "timeout 8 dhcpcd -4 -1 -B -A -f /dev/null -c /bin/true -h ultrasound-4 -i dhcpcd-9.4.1:$system eth0"
stop dhcp-leases 11:00:00

record dhcp-relayed span br0 'arp or port 67 or port 68'
on relay timeout 12 dhcrelay -4 -d -a -m append -pf "$work/relay.pid" -i eth1 -i eth0 10.30.0.1 &
sleep 1
on thin timeout 8 busybox udhcpc -f -q -n -i eth0 -s "$work/ubind" -x hostname:thin-client-9
stop dhcp-relayed 11:01:00

record dhcpv6-leases span br0 'port 546 or port 547'
client -6 console -D LL -cf "$work/ct-console-2.radiology.example.conf" -lf "$work/console6.leases"
named ultrasound ultrasound-4 "timeout 8 dhcpcd -6 -1 -B -f $work/dhcpcd.conf --ia_na -c /bin/true -h ultrasound-4 eth0"
stop dhcpv6-leases 11:02:00

record dhcpv6-relayed span br0 'port 546 or port 547'
on relay timeout 12 "${server[@]}" --interface=eth0 --interface=eth1 --dhcp-relay=fd31::254,fd30::1 --dhcp-leasefile="$work/none" 2>/dev/null &
sleep 2
client -6 thin -D LLT -cf "$work/thin-client-9.conf" -lf "$work/thin6.leases"
stop dhcpv6-relayed 11:03:00

cat >"$work/switch.conf" <<X
configure system hostname access-sw-3f.hospital.example
configure system description "Example Switch 24, firmware 3.2.1"
configure system platform "ES-24P"
configure system capabilities enabled bridge,router
configure system ip management pattern *
configure lldp tx-interval 3
X
cat >"$work/phone.conf" <<X
configure system hostname phone-ward-3
configure system description "Example Phone 500, software 5.9.1"
configure system platform "EP-500"
configure system capabilities enabled bridge,telephone
configure med fast-start enable
configure inventory hardware-revision "2"
configure inventory firmware-revision "5.9.0"
configure inventory software-revision "5.9.1"
configure inventory serial-number "EP5000123456"
configure inventory manufacturer "Example Telephones"
configure inventory model "EP-500"
configure inventory asset "HOSP-000777"
configure lldp tx-interval 3
X
# lldpd wants a user of its own.
cp /etc/passwd /etc/group "$work"
echo '_lldpd:x:990:990::/run/lldpd:/usr/sbin/nologin' >>"$work/passwd"
echo '_lldpd:x:990:' >>"$work/group"
announce() { # SPACE ARGUMENTS…
  local space=$1; shift
  named "$space" "$space" "mount --bind $work/passwd /etc/passwd; mount --bind $work/group /etc/group; timeout 9 lldpd -d -O $work/$space.conf -L $(command -v lldpcli) $*" 2>/dev/null
}
record lldp-lldpd span br0 'ether proto 0x88cc'
announce switch & announce phone -M 3
stop lldp-lldpd 11:04:00
record cdp-lldpd span br0 'ether dst 01:00:0c:cc:cc:cc'
announce switch -cccc -ll & announce phone -cccc -ll
stop cdp-lldpd 11:05:00
