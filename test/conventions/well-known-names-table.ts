/**
 * Names that people's own files override or append to: every rule and list of Falco's stock rules, and their macros that
 * are made to be replaced. Of lists that are not of texts an item that fits is said: `name=item`. Left out are the
 * switches of versions before `enabled` (`consider_...`), and rules that were renamed since.
 */

/** What one file of ours must have. */
export interface WellKnownNames {
  readonly rules: readonly string[];
  readonly macros: readonly string[];
  readonly lists: readonly string[];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/).filter(Boolean);
const lines = (text: string): readonly string[] => text.trim().split(/\n\s*/);

export const WELL_KNOWN_NAMES: Readonly<Record<string, WellKnownNames>> = {
  'rules/tiercel_rules.yaml': {
    rules: lines(`
      Adding ssh keys to authorized_keys
      BPF Program Not Profiled
      Backdoored library loaded into SSHD (CVE-2024-3094)
      Basic Interactive Reconnaissance
      Change namespace privileges via unshare
      Change thread namespace
      Clear Log Activities
      Contact EC2 Instance Metadata Service From Container
      Contact K8S API Server From Container
      Contact cloud metadata service from container
      Container Access to Host Sensitive Paths
      Container Drift Detected (chmod)
      Container Drift Detected (open+create)
      Container Run as Root User
      Create Hardlink Over Sensitive Files
      Create Hidden Files or Directories
      Create Symlink Over Sensitive Files
      Create files below dev
      DB program spawned process
      Debugfs Launched in Privileged Container
      Decoding Payload in Container
      Delete or rename shell history
      Detect crypto miners using the Stratum protocol
      Detect outbound connections to common miner pool ports
      Detect release_agent File Container Escapes
      Directory traversal monitored file read
      Disallowed SSH Connection
      Disallowed SSH Connection Non Standard Port
      Drop and execute new binary in container
      Execution from /dev/shm
      Exfiltrating Artifacts via Kubernetes Control Plane
      Fileless execution via memfd_create
      Find AWS Credentials
      Interpreted procs inbound network activity
      Interpreted procs outbound network activity
      Java Process Class File Download
      Known Cryptominer Process Executed
      Kubernetes Client Tool Launched in Container
      Launch Disallowed Container
      Launch Excessively Capable Container
      Launch Ingress Remote File Copy Tools in Container
      Launch Package Management Process in Container
      Launch Privileged Container
      Launch Remote File Copy Tools in Container
      Launch Sensitive Mount Container
      Launch Suspicious Network Tool in Container
      Launch Suspicious Network Tool on Host
      Linux Kernel Module Injection Detected
      Mkdir binary dirs
      Modify Container Entrypoint
      Modify Shell Configuration File
      Modify binary dirs
      Mount Launched in Privileged Container
      Netcat Remote Code Execution in Container
      Netcat/Socat Remote Code Execution on Host
      Network Connection outside Local Subnet
      Network Tool Executed During NPM Package Install
      Non sudo setuid
      Outbound Connection to C2 Servers
      Outbound or Inbound Traffic not to Authorized Server Process and Port
      PTRACE anti-debug attempt
      PTRACE attached to process
      Packet socket created in container
      Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)
      Potential Local Privilege Escalation via Environment Variables Misuse
      Privileged Container Device Access
      Program run with disallowed http proxy env
      Read Shell Configuration File
      Read environment variable from /proc files
      Read sensitive file trusted after startup
      Read sensitive file untrusted
      Read ssh information
      Redirect STDOUT/STDIN to Network Connection in Container
      Remove Bulk Data from Disk
      Reverse Shell from Web Server
      Run shell untrusted
      Schedule Cron Jobs
      Search Private Keys or Passwords
      Set Setuid or Setgid bit
      Sudo Potential Privilege Escalation
      System procs network activity
      System user interactive
      Terminal shell in container
      The docker client is executed in a container
      Unexpected K8s NodePort Connection
      Unexpected UDP Traffic
      Unexpected inbound connection source
      Unexpected outbound connection destination
      Unprivileged Delegation of Page Faults Handling to a Userspace Process
      Update Package Repository
      User mgmt binaries
      Web Server Spawned Shell
      Web Server Spawned Suspicious Child Process
      Write below binary dir
      Write below etc
      Write below monitored dir
      Write below root
      Write below rpm database
    `),
    macros: words(`
      allowed_aws_ecr_registry_root_for_eks allowed_clear_log_files allowed_containers
      allowed_openshift_registry_root allowed_ssh_hosts allowed_ssh_proxy_env aws_eks_core_images
      ec2_metadata_containers etckeeper_activities expected_udp_traffic falco_privileged_containers
      falco_sensitive_mount_containers k8s_containers known_aks_mount_in_privileged_containers
      known_container_runtime_host_access known_drop_and_execute_activities known_eks_mount_in_privileged_containers
      known_gke_mount_in_privileged_containers known_memfd_execution_processes known_ptrace_procs
      known_root_conditions nodeport_containers openshift_image redhat_image trusted_images_query_miner_domain_dns
      trusted_logging_images user_expected_system_procs_network_activity_conditions
      user_expected_terminal_shell_in_container_conditions user_known_change_thread_namespace_activities
      user_known_contact_k8s_api_server_activities user_known_container_drift_activities
      user_known_create_files_below_dev_activities user_known_create_hidden_file_activities user_known_cron_jobs
      user_known_db_spawned_processes user_known_host_path_access user_known_ingress_remote_file_copy_activities
      user_known_k8s_client_container user_known_k8s_client_container_parens user_known_metadata_access
      user_known_mkdir_bin_dir_activities user_known_modify_bin_dir_activities
      user_known_mount_in_privileged_containers user_known_network_tool_activities
      user_known_network_tool_in_npm_install_activities user_known_non_sudo_setuid_conditions
      user_known_package_manager_in_container user_known_privileged_device_access
      user_known_read_sensitive_files_activities user_known_read_ssh_information_activities
      user_known_remote_file_copy_activities user_known_remove_data_activities user_known_run_as_root_container
      user_known_set_setuid_or_setgid_bit_conditions user_known_shell_config_modifiers
      user_known_stand_streams_redirect_activities user_known_system_user_login user_known_update_package_registry
      user_known_user_management_activities user_known_web_server_child_activities
      user_known_web_server_shell_activities user_known_write_below_binary_dir_activities
      user_known_write_below_etc_activities user_known_write_below_root_activities user_known_write_etc_conditions
      user_known_write_monitored_dir_conditions user_known_write_root_conditions
      user_known_write_rpm_database_activities user_privileged_containers user_read_sensitive_file_conditions
      user_read_sensitive_file_containers user_sensitive_mount_containers user_shell_container_exclusions
      user_trusted_containers
    `),
    lists: words(`
      allowed_container_images_loading_kernel_module allowed_dev_files allowed_image allowed_inbound_source_domains
      allowed_inbound_source_ipaddrs="192.0.2.7" allowed_inbound_source_networks="192.0.2.0/24"
      allowed_outbound_destination_domains allowed_outbound_destination_ipaddrs="192.0.2.7"
      allowed_outbound_destination_networks="192.0.2.0/24" authorized_server_port=7 bash_config_filenames
      bash_config_files bpf_profiled_binaries c2_server_ip_list="192.0.2.7" coreutils_binaries cron_binaries
      csh_config_filenames csh_config_files data_remove_commands db_server_binaries deb_binaries
      dev_creation_binaries dhcp_binaries docker_binaries exclude_hidden_directories expected_udp_ports=7
      falco_containers falco_no_driver_containers falco_privileged_images falco_sensitive_mount_images
      gitlab_binaries grep_binaries hids_binaries http_miner_domains http_proxy_binaries http_server_binaries
      https_miner_domains ibm_cloud_containers ingress_remote_file_copy_binaries interpreted_binaries k8s_binaries
      k8s_client_binaries known_binaries_to_read_environment_variables_from_proc_files
      known_decode_payload_containers known_drop_and_execute_containers known_istio_files
      known_memfd_execution_binaries known_ptrace_binaries known_root_directories known_root_files
      known_setuid_binaries known_shell_spawn_cmdlines known_system_procs_network_activity_binaries l2tp_udp_ports=7
      log_directories log_files login_binaries lxd_binaries mail_binaries mail_config_binaries mesos_shell_binaries
      miner_binaries miner_domains miner_ports=7 monitored_directories ms_oms_binaries
      namespace_scope_network_only_subnet needrestart_binaries network_plugin_binaries network_tool_binaries
      node_package_managers nomachine_binaries nosql_server_binaries ntp_ports=7 openscap_rpm_binaries
      openvpn_udp_ports=7 package_mgmt_binaries passwd_binaries plesk_binaries postgres_mgmt_binaries
      protected_shell_spawning_binaries python_package_managers read_sensitive_file_binaries
      read_sensitive_file_images recon_binaries redhat_io_images_privileged remote_file_copy_binaries
      repository_directories repository_files rfc_1918_addresses="192.0.2.0/24" rpm_binaries run_as_root_image_list
      safe_etc_dirs sematext_images sensitive_directory_names sensitive_file_names shadowutils_binaries
      shell_binaries shell_config_directories shell_config_filenames shell_config_files shell_mgmt_binaries
      ssh_binaries ssh_non_standard_ports=7 sshkit_script_binaries ssl_mgmt_binaries statsd_ports=7
      suspicious_web_children sysdigcloud_binaries test_connect_ports=7 trusted_images
      user_known_change_thread_namespace_binaries user_known_chmod_applications user_known_k8s_images
      user_known_k8s_ns_kube_system_images user_known_packet_socket_binaries user_known_shell_spawn_binaries
      user_known_userfaultfd_processes user_mgmt_binaries userexec_binaries veritas_binaries vpn_binaries
      web_server_binaries white_listed_modules zsh_config_filenames
    `),
  },
  'rules/k8s_audit_rules.yaml': {
    rules: lines(`
      All K8s Audit Events
      Anonymous Request Allowed
      Attach to cluster-admin Role
      Attach/Exec Pod
      ClusterRole With Pod Exec Created
      ClusterRole With Wildcard Created
      ClusterRole With Write Privileges Created
      Create Disallowed Namespace
      Create Disallowed Pod
      Create HostIPC Pod
      Create HostNetwork Pod
      Create HostPid Pod
      Create NodePort Service
      Create Privileged Pod
      Create Sensitive Mount Pod
      Create/Modify Configmap With Private Credentials
      Disallowed K8s User
      EphemeralContainers Created
      Full K8s Administrative Access
      Ingress Object without TLS Certificate Created
      K8s ClusterRole Created
      K8s ClusterRole Deleted
      K8s ClusterRoleBinding Created
      K8s ClusterRoleBinding Deleted
      K8s ConfigMap Created
      K8s ConfigMap Deleted
      K8s Deployment Created
      K8s Deployment Deleted
      K8s Namespace Created
      K8s Namespace Deleted
      K8s Role Created
      K8s Role Deleted
      K8s RoleBinding Created
      K8s RoleBinding Deleted
      K8s Secret Created
      K8s Secret Deleted
      K8s Secret Get Successfully
      K8s Secret Get Unsuccessfully Tried
      K8s Service Created
      K8s Service Deleted
      K8s Serviceaccount Created
      K8s Serviceaccount Deleted
      Pod Created in Kube Namespace
      Service Account Created in Kube Namespace
      System ClusterRole Modified/Deleted
      Untrusted Node Successfully Joined the Cluster
      Untrusted Node Unsuccessfully Tried to Join the Cluster
      port-forward
    `),
    macros: words(`
      allowed_full_admin_users allowed_k8s_containers allowed_kube_namespace_pods trusted_sa
      user_known_exec_pod_activities user_known_node_port_service user_known_pod_debug_activities
      user_known_portforward_activities
    `),
    lists: words(`
      allowed_k8s_nodes allowed_k8s_users allowed_kube_namespace_image_list allowed_namespaces eks_allowed_k8s_users
      falco_hostnetwork_images full_admin_k8s_users k8s_audit_hostipc_images k8s_audit_hostnetwork_images
      k8s_audit_hostpid_images k8s_audit_privileged_images k8s_audit_sensitive_mount_images k8s_audit_stages
      k8s_image_list known_sa_list user_allowed_kube_namespace_image_list user_known_sa_list user_trusted_image_list
      vertical_pod_autoscaler_users
    `),
  },
  'rules/aws_cloudtrail_rules.yaml': {
    rules: lines(`
      All Cloudtrail Events
      CloudTrail Logging Disabled
      CloudTrail Trail Created
      Console Login Through Assume Role
      Console Login Without MFA
      Console Root Login Without MFA
      Create AWS user
      Create Group
      Create Lambda Function
      Deactivate MFA for Root User
      Delete Bucket Encryption
      Delete Bucket Public Access Block
      Delete Group
      ECS Service Created
      ECS Task Run or Started
      List Buckets
      Put Bucket ACL
      Put Bucket Policy
      Run Instances
      Run Instances in Non-approved Region
      Update Lambda Function Code
      Update Lambda Function Configuration
    `),
    macros: words(`

    `),
    lists: words(`
      approved_regions
    `),
  },
};
