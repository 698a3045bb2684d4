// SPDX-License-Identifier: Apache-2.0

/** Options of Salt 3007, of its annotated example files too, that this version recognises but does not use. */
export const knownInSalt: ReadonlySet<string> = new Set(
  `
  add_delegated_functions add_delegated_modules add_proxymodule_to_opts always_verify_signature api_logfile
  api_pidfile append_minionid_config_dirs archive_jobs auth_dirs auth_events auth_mode auth_safemode
  autosign_grains autosign_grains_dir autosign_timeout azurefs_envs
  azurefs_update_interval backup_mode batch_wait beacons beacons_before_connect beacons_dirs bootstrap_delay
  ca_bundle_url cache cache_dir_mode cache_event_strip_fields cache_jobs cache_sreqs
  client_acl client_acl_blacklist client_acl_verify cloud_dirs clouds_dirs cluster_id
  cluster_key_pass cluster_masters cluster_mode cluster_peers cluster_pki_dir cluster_pool_port cmd_blacklist_glob
  cmd_whitelist_glob color_theme con_cache conf_dir connection_timeout cython_enable
  delegated_functions
  delegated_modules delete_sshkeys deploy_scripts_search_path detect_mode detect_remote_minions diff_cache_events
  disable_grains disable_returners discovery django_auth_path django_auth_settings dns_check
  dns_resolver drop_messages_signature_fail dummy_pub eauth_acl eauth_acl_module eauth_redis_host eauth_redis_port
  eauth_tokens enable_cloud_grains enable_fqdns_grains enable_gpu_grains enable_hard_maps
  enable_legacy_startup_events enable_lspci enable_ssh_minions enable_zip_modules encryption_algorithm
  engines engines_dirs environment event_listen_queue event_listen_queue_max_seconds
  event_match_type event_publisher_niceness event_publisher_pub_hwm event_return event_return_blacklist
  event_return_niceness event_return_queue event_return_queue_max_seconds event_return_whitelist evt
  executor_opts executors_dirs ext_job_cache external_auth
  extra_filerefs features fibre_channel_grains file_buffer_size
  file_transport
  fileserver_dirs fileserver_interval
  fileserver_list_cache_time fileserver_update_niceness fileserver_verify_config
  filter_events fips_mode fluent_handler force_color formula_path git_pillar_provider git_pillar_verify_config
  gitfs_branch gitfs_env_blacklist gitfs_env_whitelist
  gitfs_provider
  gpg_cache gpg_cache_backend gpg_cache_ttl grain_opts
  grains_blacklist grains_deep_merge grains_dirs grains_refresh_pre_exec gzip_compression_level hgfs_base
  hgfs_branch_method hgfs_env_blacklist hgfs_env_whitelist hgfs_mountpoint hgfs_remotes hgfs_root
  hgfs_saltenv_blacklist hgfs_saltenv_whitelist hgfs_update_interval
  id_function ignore_config_errors ignore_host_keys ioflo_console_logdir ioflo_period
  ioflo_realtime ioflo_verbose ipc_mode ipc_so_rcvbuf ipc_so_sndbuf ipc_write_buffer ipc_write_timeout
  iscsi_grains job_cache_store_endtime
  keep_acl_in_token keep_jobs key_cache key_dir key_logfile key_pass keysize known_hosts_file
  lazy_loader_strict_matching list_hosts log_datefmt log_datefmt_console log_datefmt_logfile
  log_fmt_console log_fmt_jid log_fmt_logfile log_granular_levels log_handlers_dir log_handlers_dirs
  log_rotate_backup_count log_rotate_max_bytes logstash_udp_handler logstash_zmq_handler maintenance_interval
  maintenance_niceness master_alive_interval master_failback master_failback_interval master_id master_job_cache
  master_list master_pubkey_signature master_roots master_shuffle master_sign_key_name master_sign_pubkey
  master_stats master_stats_event_iter master_type master_uri master_uri_format
  master_use_pubkey_signature matchers_dirs memcache_debug memcache_expire_seconds memcache_full_cleanup
  memcache_max_items metadata_server_grains min_extra_mods
  mines_pillar minimum_auth_version minion_data_cache_events minion_pillar_cache minion_restart_command
  minion_sign_messages minionfs_update_interval
  minionswarm module_executors modules_max_memory multifunc_ordered mworker_niceness
  mworker_queue_niceness mysql_auth netapi_allow_raw_shell netapi_dirs netapi_disabled_clients
  netapi_enable_clients no_color no_host_keys no_return_event nvme_grains
  optimization_order order_masters output_file output_indent outputter_dirs outputters_dirs pass_dir
  pass_gnupghome pass_strict_fetch pass_to_ext_pillars pass_variable_prefix password peer peer_run pepa_delimiter
  pepa_grains pepa_pillar pepa_roots pepa_validate permissive_acl pillar
  pillar_dirs pillar_exact pillar_gitfs_ssl_verify
  pillar_path pillar_version ping_interval ping_on_rotate
  pool_size preserve_minion_cache profiling_enabled profiling_path proxy proxy_always_alive
  proxy_deep_merge_pillar_in_opts proxy_dirs proxy_keep_alive proxy_keep_alive_interval
  proxy_merge_grains_in_module proxy_merge_pillar_in_opts proxy_merge_pillar_in_opts_strategy proxy_mines_pillar
  proxy_opts proxymodule pub_ret pub_server_niceness
  publish_signing_algorithm publisher_acl_blacklist python2_bin python3_bin queue_dirs raet_port rand_thin_dir
  random_master random_startup_delay range_server raw_shell reactor reactor_niceness reactor_path
  reactor_refresh_interval reactor_worker_hwm reactor_worker_threads reclass_source_path regen_thin
  remote_minions_port render_dirs req_server_niceness
  request_channel_tries request_server_aes_session request_server_ttl require_minion_sign_messages
  resolve_dns_fallback rest_cherrypy rest_timeout rest_tornado restart_on_error ret_config ret_kwargs
  return returner_dirs returners_dirs roster roster_defaults roster_dir
  roster_domain roster_file roster_order rosters rosters_dirs run_schedule_jobs_in_background runner_dirs
  runner_queue runner_returns runners_dirs s3fs_update_interval salt_event_pub_hwm
  salt_transport saltversion schedule schedule_enabled scheduler_before_connect sdb_dirs search
  sentry_handler serial serializers_dirs server_id_use_crc sign_pub_messages signing_algorithm signing_key_pass
  skip_connect_on_init skip_grains sls_list snapper_states snapper_states_config sock_pool_size source_address
  source_interface_name source_publish_port source_ret_port spm_build_dir spm_build_exclude spm_cache_dir
  spm_conf_file spm_db spm_db_provider spm_default_include spm_files_provider spm_gid spm_logfile spm_node_type
  spm_repo_dups spm_repos_config spm_share_dir spm_uid sqlite_queue_dir ssh_auth ssh_config_file
  ssh_ext_alternatives ssh_identities_only ssh_key_deploy ssh_list_nodegroups ssh_log_file ssh_max_procs
  ssh_merge_pillar ssh_minion_opts ssh_options ssh_passwd ssh_port ssh_priv ssh_priv_passwd ssh_run_pre_flight
  ssh_scan_ports ssh_scan_timeout ssh_sudo ssh_sudo_user ssh_timeout ssh_update_roster ssh_use_home_key ssh_user
  ssh_wipe ssl start_action start_event_grains     states_dirs static strip_colors sudo_acl sudo_user svnfs_branches
  svnfs_env_blacklist svnfs_env_whitelist svnfs_mountpoint svnfs_remotes svnfs_root svnfs_saltenv_blacklist
  svnfs_saltenv_whitelist svnfs_tags svnfs_trunk svnfs_update_interval syndic_dir syndic_event_forward_timeout
  syndic_failover syndic_finger syndic_forward_all_events syndic_jid_forward_cache_hwm syndic_log_file
  syndic_master syndic_master_port syndic_max_event_process_time syndic_pidfile syndic_retries syndic_sock_dir
  syndic_timeout syndic_user syndic_wait sys_dirs tcp_authentication_retries tcp_master_pub_port
  tcp_master_publish_pull tcp_master_pull_port tcp_master_workers tcp_pub_port tcp_pull_port tcp_reconnect_backoff
  team_config thin_dir thin_exclude_saltexts thin_extra_mods thorium_dirs thorium_interval thorium_recompile
  thorium_roots thorium_top thoriumenv tls_opts token_dir token_expire token_expire_user_override top_file
  tops_dirs transport unique_jid update_bootstrap update_cachedir
  use_master_when_local use_yamlloader_old username utils_dirs vault venafi
  virtual_timer warn_until_date wheel_dirs wheels_dirs whitelist_modules         worker_pools worker_pools_enabled
  yubico_users yum_provider zmq_filtering zmq_monitor
  `
    .trim()
    .split(/\s+/),
)

/** What stands before the dot in settings of Salt's returners, caches and modules: `mysql.host`. */
const settingOwners: ReadonlySet<string> = new Set(
  `
  alternative appoptics auth aws azurearm azurefs bigip boto cache carbon cassandra cassandra_cql cinder
  cloudwatch cobbler config consul couchbase couchdb django django_auth docker dockerng eauth_tokens ec2
  elasticsearch elb esxi etcd event_return ext_job_cache f5 foreman gitfs glance gpg hgfs hiera highstate hipchat
  iam influxdb integration jira junos kafka keys keystone kubernetes ldap librato libvirt local lxc
  master_job_cache mattermost memcache memcached minionfs mongo mongodb multi_returner mysql nacl nagios napalm
  netbox neutron nova npm nrdp nxos odbc omapi openstack opsgenie out pagerduty pagerduty_util panos pgjson
  pgjsonb postgres pushover query rabbitmq random_org rawfile_json rds reactor reclass redis rethinkdb returner
  route53 s3 sentry slack slack_webhook sms smtp sns solr splunk sqlite3 sqs svnfs syslog telegram test thorium
  twilio varstack vault victorops virt vsphere xmpp yubico zabbix zookeeper
  `
    .trim()
    .split(/\s+/),
)

/** Whether Salt has an option of this name: one of the list, or a setting `owner.key` of a returner, cache or module. */
export function isKnownInSalt(name: string): boolean {
  if (knownInSalt.has(name)) return true
  const dot = name.indexOf('.')
  return dot > 0 && settingOwners.has(name.slice(0, dot))
}
