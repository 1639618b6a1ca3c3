#!/bin/bash
# Records documents that travel as files, between real programs: see README.md.
set -u
out=$(realpath "${1:?usage: record.sh FOLDER}")
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
tag=aufile$$
vsftpd=${VSFTPD:-/usr/sbin/vsftpd}

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
# record NAME FILTER: until `stop`.
record() { on client tcpdump -Z root -i eth0 -U -s 0 -w "$work/$1.pcap" "$2" 2>"$work/tcpdump.log" & recorder=$!; sleep 1; }
# stop NAME TIME: the first packet is moved to that time of the laboratory's day.
stop() {
  sleep 1
  pkill -INT -P "$recorder" 2>/dev/null || kill -INT "$recorder"
  wait "$recorder" 2>/dev/null
  local first
  first=$(tcpdump -r "$work/$1.pcap" -tt -n -c 1 2>/dev/null | cut -d' ' -f1)
  editcap -F pcap -t "$(python3 -c "print($(date -ud "2026-03-02 $2" +%s) - $first)")" "$work/$1.pcap" "$out/$1.pcap"
}

npx tsx "$here/make.ts" "$work"
ip netns add "$tag-client"
ip netns add "$tag-server"
ip link add eth0 netns "$tag-client" address 44:4b:5d:20:09:20 type veth peer name eth0 netns "$tag-server" address 00:11:32:20:09:10
for space in client server; do
  on "$space" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
  on "$space" ip link set lo up
  on "$space" ip link set eth0 up
  on "$space" ethtool -K eth0 tso off gso off gro off tx off >/dev/null 2>&1
done
on client ip addr add 10.20.9.20/16 dev eth0
on server ip addr add 10.20.9.10/16 dev eth0

mkdir -p "$work/share" "$work/samba" "$work/ftp/in" "$work/empty"
chmod 755 "$work"
chmod 777 "$work/share" "$work/ftp/in"
chown daemon "$work/ftp/in"
cat > "$work/smb.conf" <<CONF
[global]
  workgroup = ZZHOSP
  netbios name = FILES1
  server role = standalone server
  server min protocol = NT1
  map to guest = Bad User
  disable netbios = yes
  smb ports = 445
  private dir = $work/samba
  lock directory = $work/samba
  state directory = $work/samba
  cache directory = $work/samba
  pid directory = $work/samba
  ncalrpc dir = $work/samba/ncalrpc
  log file = $work/samba/log
[images]
  path = $work/share
  guest ok = yes
  read only = no
  force user = root
CONF
echo '[global]
  netbios name = VIEWER7
  workgroup = ZZHOSP
  client min protocol = NT1' > "$work/client.conf"
on server setsid smbd -F --no-process-group -s "$work/smb.conf" >"$work/smbd.log" 2>&1 &
sleep 2
share() { on client smbclient //10.20.9.10/images -N -U guest% -s "$work/client.conf" "$@" >>"$work/smbclient.log" 2>&1; }
record smb-dicom-file 'tcp port 445'
share -m SMB3 -c "lcd $work; put slice.dcm; put program.dcm; get slice.dcm $work/again.dcm; put admission.hl7"
share -m NT1 -c "lcd $work; put slice.dcm old.dcm; get old.dcm $work/older.dcm"
stop smb-dicom-file 10:10:00

cat > "$work/vsftpd.conf" <<CONF
listen=YES
anonymous_enable=YES
anon_root=$work/ftp
anon_umask=022
anon_upload_enable=YES
write_enable=YES
anon_other_write_enable=YES
anon_world_readable_only=NO
no_anon_password=YES
secure_chroot_dir=$work/empty
background=NO
ftp_username=daemon
seccomp_sandbox=NO
connect_from_port_20=YES
CONF
on server "$vsftpd" "$work/vsftpd.conf" >"$work/vsftpd.log" 2>&1 &
sleep 1
record ftp-dicom-file 'tcp'
on client curl -sS --disable-epsv -T "$work/slice.dcm" ftp://10.20.9.10/in/slice.dcm
on client curl -sS -P 10.20.9.20 -T "$work/program.dcm" ftp://10.20.9.10/in/program.dcm
on client curl -sS -o /dev/null ftp://10.20.9.10/in/slice.dcm
stop ftp-dicom-file 10:20:00

on server python3 -W ignore -c "
import asyncore, smtpd
class Sink(smtpd.SMTPServer):
    def process_message(self, *_args, **_kwargs): pass
Sink(('10.20.9.10', 25), None)
asyncore.loop()" >"$work/smtpd.log" 2>&1 &
sleep 1
record smtp-hl7-attachment 'tcp port 25'
on client curl -sS --mail-from zzward@zztest.example --mail-rcpt zzoffice@zztest.example \
  -F '=Attached as agreed.;type=text/plain' \
  -F "=@$work/admission.hl7;type=application/octet-stream;encoder=base64" \
  -F "=@$work/slice.dcm;type=application/dicom;encoder=base64" \
  -H 'Subject: admission' -H 'From: zzward@zztest.example' smtp://10.20.9.10/ct-revo1.zztest.example
stop smtp-hl7-attachment 10:30:00
cat "$work"/*.log | grep -iE 'error|fail|refused' | head -20
