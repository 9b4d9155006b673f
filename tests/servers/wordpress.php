<?php
// Makes a blog out of an empty database, and says the application passwords of its users.

[, $host] = $argv;
$_SERVER['HTTP_HOST'] = $host;
$_SERVER['REQUEST_URI'] = '/';
define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('Les Ateliers', 'admin', 'admin@example.org', true, '', wp_slash('un-deux-trois'));
update_option('permalink_structure', '/%postname%/');
wp_insert_term('Nouvelles', 'category');
wp_insert_term('Réparer & coudre', 'category');
$parent = wp_insert_term('Été', 'category')['term_id'];
wp_insert_term('Agenda', 'category', ['slug' => 'agenda']);
wp_insert_term('Agenda', 'category', ['slug' => 'agenda-ete', 'parent' => $parent]);

$made = [];
foreach (['admin' => '', 'redaction' => 'author', 'stagiaire' => 'contributor'] as $name => $role) {
    $user = get_user_by('login', $name);
    $id = $user ? $user->ID : wp_create_user($name, wp_generate_password(), "$name@example.org");
    if ($role) {
        (new WP_User($id))->set_role($role);
    }
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'tests']);
    $made[$name] = $password;
}
echo "\n", json_encode($made), "\n";
